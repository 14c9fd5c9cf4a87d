import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import {
  type HistoryEvent,
  type Host,
  type Json,
  type Machine,
  parse,
  run,
} from '../../../engine/index.ts';
import { silentLogger, startRuntime } from '../../../local/index.ts';
import { LmdbStore, type Log } from '../../../local/store/index.ts';
import { OPEN_EXECUTIONS, type Workload, workloads } from './definitions.ts';
import { rateOf } from './rate.ts';

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

/** @param append is given every event of the history */
function runOnce(machine: Machine, input: object, append: Host['append']): void {
  const { status } = run(machine, input as Json, createHost(append), identity);
  if (status !== 'SUCCEEDED') throw new Error(`The benchmark's machine came out ${status}.`);
}

/** The engine with AWS's whole history in memory. */
export function engineRate(workload: Workload, atATime = 1): Promise<number> {
  const machine = machineOf(workload);
  const input = workload.input(false);
  return rateOf(() => {
    const histories: HistoryEvent[][] = [];
    for (let count = 0; count < atATime; count += 1) {
      const history: HistoryEvent[] = [];
      runOnce(machine, input, (event) => history.push(event));
      histories.push(history);
    }
    return histories.length * workload.entries(false);
  });
}

/** The engine with AWS's whole history on the disk: a round is over when a kill could not undo it. */
export async function durableEngineRate(workload: Workload, atATime = 1): Promise<number> {
  const machine = machineOf(workload);
  const input = workload.input(false);
  return withFolder(async (folder) => {
    const store = new LmdbStore(folder);
    const log: Log<HistoryEvent> = store.log('history');
    let executions = 0;
    const rate = await rateOf(async () => {
      for (let count = 0; count < atATime; count += 1) {
        executions += 1;
        const stream = `execution-${executions}`;
        runOnce(machine, input, (event) => log.append(stream, event));
      }
      await store.committed();
      return atATime * workload.entries(false);
    });
    await store.close();
    return rate;
  });
}

/** aws-local-stepfunctions keeps no history. */
export function peerRate(workload: Workload, atATime = 1): Promise<number> {
  const machine = new StateMachine(workload.definition as StateMachineDefinition);
  const input = workload.input(false) as never;
  return rateOf(async () => {
    const runs = Array.from({ length: atATime }, () => machine.run(input).result);
    await Promise.all(runs);
    return atATime * workload.entries(false);
  });
}

/** The distributed Map is the service's work: through the door of a runtime, but not over HTTP. */
export function distributedMapRate(durable: boolean): Promise<number> {
  const workload = workloads.distributedMap;
  return withFolder(async (stateFolder) => {
    const kept = durable ? { stateFolder } : { ephemeral: true };
    const runtime = await startRuntime({ ...kept, port: 0, logger: silentLogger });
    try {
      const { cloud } = runtime;
      const root = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` } as const;
      const call = (operation: string, input: object) =>
        cloud.call<Record<string, string>>(root, 'stepfunctions', operation, input);
      const { stateMachineArn } = await call('CreateStateMachine', {
        name: 'distributed',
        definition: JSON.stringify(workload.definition),
        roleArn: identity.roleArn,
      });
      const input = JSON.stringify(workload.input(false));
      return await rateOf(async () => {
        const { executionArn } = await call('StartExecution', { stateMachineArn, input });
        for (;;) {
          const { status } = await call('DescribeExecution', { executionArn });
          if (status === 'SUCCEEDED') return workload.entries(false);
          if (status !== 'RUNNING') throw new Error(`The distributed Map came out ${status}.`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      });
    } finally {
      await runtime.stop();
    }
  });
}

/** Bytes of an execution that waits, its history included. */
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
