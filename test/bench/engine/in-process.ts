import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type HistoryEvent,
  type Host,
  type Json,
  type Machine,
  parse,
  run,
} from '../../../engine/index.ts';
import { type Runtime, silentLogger, startRuntime } from '../../../local/index.ts';
import { LmdbStore, type Log, type Store } from '../../../local/store/index.ts';
import { OPEN_EXECUTIONS, type Workload, workloads } from './definitions.ts';
import type { Round } from './rate.ts';

const identity = {
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:bench:run',
  executionName: 'run',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:bench',
  stateMachineName: 'bench',
  roleArn: 'arn:aws:iam::000000000000:role/bench',
};

function createHost(append: Host['append']): Host {
  return {
    clock: { now: () => Date.now(), setTimer: () => ({ cancel() {} }) },
    random: { uuid: () => crypto.randomUUID(), next: Math.random },
    append,
    startTask: () => () => {},
    startMapRun: () => () => {},
    ended: () => {},
  };
}

function machineOf({ definition }: Workload): Machine {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

/** @param append receives every event of the history */
function runOnce(machine: Machine, input: object, append: Host['append']): void {
  const { status } = run(machine, input as Json, createHost(append), identity);
  if (status !== 'SUCCEEDED')
    throw new Error(`The benchmark's machine ended with the status ${status}.`);
}

/** The engine with AWS's whole history in memory. */
export function engineRound(workload: Workload, atATime = 1): Round {
  const machine = machineOf(workload);
  const input = workload.input(false);
  return () => {
    const histories: HistoryEvent[][] = [];
    for (let count = 0; count < atATime; count += 1) {
      const history: HistoryEvent[] = [];
      runOnce(machine, input, (event) => history.push(event));
      histories.push(history);
    }
    return histories.length * workload.entries(false);
  };
}

let streams = 0;

/** The engine with AWS's whole history on the disk: a round ends when its writes survive a kill. */
export function durableRound(store: Store, workload: Workload, atATime = 1): Round {
  const machine = machineOf(workload);
  const input = workload.input(false);
  const log: Log<HistoryEvent> = store.log('history');
  return async () => {
    for (let count = 0; count < atATime; count += 1) {
      streams += 1;
      const stream = `execution-${streams}`;
      runOnce(machine, input, (event) => log.append(stream, event));
    }
    await store.committed();
    return atATime * workload.entries(false);
  };
}

export function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const store = new LmdbStore(folder);
    try {
      await work(store);
    } finally {
      await store.close();
    }
  });
}

/** A distributed Map is run by the service, so it is called in a runtime, but not over HTTP. */
export function withDistributedMap(
  durable: boolean,
  work: (round: Round) => Promise<void>,
): Promise<void> {
  return withFolder(async (stateFolder) => {
    const kept = durable ? { stateFolder } : { ephemeral: true };
    const runtime = await startRuntime({ ...kept, port: 0, logger: silentLogger });
    try {
      await work(await distributedMapRound(runtime));
    } finally {
      await runtime.stop();
    }
  });
}

async function distributedMapRound({ cloud }: Runtime): Promise<Round> {
  const workload = workloads.distributedMap;
  const root = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` } as const;
  const call = (operation: string, input: object) =>
    cloud.call<Record<string, string>>(root, 'stepfunctions', operation, input);
  const { stateMachineArn } = await call('CreateStateMachine', {
    name: 'distributed',
    definition: JSON.stringify(workload.definition),
    roleArn: identity.roleArn,
  });
  const input = JSON.stringify(workload.input(false));
  return async () => {
    const { executionArn } = await call('StartExecution', { stateMachineArn, input });
    for (;;) {
      const { status } = await call('DescribeExecution', { executionArn });
      if (status === 'SUCCEEDED') return workload.entries(false);
      if (status !== 'RUNNING')
        throw new Error(`The distributed Map ended with the status ${status}.`);
      await sleep(5);
    }
  };
}

/** The memory of a waiting execution, including its history, in bytes. */
export function bytesAnOpenExecution(): number {
  const machine = machineOf(workloads.waiting);
  const kept: unknown[] = [];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < OPEN_EXECUTIONS; count += 1) {
    const history: HistoryEvent[] = [];
    const host = createHost((event) => history.push(event));
    kept.push(run(machine, { count }, host, identity), history);
  }
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed - before) / (kept.length / 2);
}

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
