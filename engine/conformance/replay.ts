import type { Execution } from '../execution/execution.ts';
import type { HistoryEvent } from '../history/event.ts';
import { renderEvent } from '../history/render.ts';
import type { ExecutionIdentity, Host } from '../host.ts';
import { parse, run } from '../index.ts';
import type { Json } from '../json.ts';
import { runMap } from '../testing/map-run.ts';
import { createSeededRandom } from '../testing/seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import type { RecordedCase, RecordedEvent } from './recorded-case.ts';

/** What our engine made of a recorded case. */
export interface Replay {
  readonly status: string;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly history: readonly RecordedEvent[];
}

/** Runs a case that needs nothing from outside. */
export function replay(recorded: RecordedCase): Replay {
  const clock = createVirtualClock();
  const history: HistoryEvent[] = [];
  const host = createHost(
    clock,
    (event) => history.push(event),
    () => {},
  );
  const definition = textOf(recorded.definition_raw, recorded.definition);
  const input = textOf(recorded.input_raw, recorded.input ?? {});
  const { machine, diagnostics } = parse(definition, { type: recorded.type });
  if (machine === undefined) throw new Error(`refused: ${JSON.stringify(diagnostics)}`);
  const execution = run(machine, JSON.parse(input) as Json, host, identityOf(recorded));
  clock.run();
  return outcomeOf(execution, history);
}

function textOf(raw: string | undefined, value: unknown): string {
  return (raw ?? JSON.stringify(value))
    .replaceAll('${self.name}', 'machine')
    .replaceAll('${self.arn}', stateMachineArn);
}

const stateMachineArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:machine-name';

function identityOf(recorded: RecordedCase): ExecutionIdentity {
  const express = recorded.type === 'EXPRESS';
  return {
    executionArn: express
      ? 'arn:aws:states:us-east-1:111111111111:express:machine-name:run:uuid'
      : 'arn:aws:states:us-east-1:111111111111:execution:machine-name:run',
    executionName: 'run',
    stateMachineArn,
    stateMachineName: 'machine-name',
    roleArn: 'arn:aws:iam::111111111111:role/any',
    type: recorded.type,
  };
}

function createHost(clock: VirtualClock, append: Host['append'], ended: Host['ended']): Host {
  const random = createSeededRandom();
  return {
    clock,
    random,
    append,
    ended,
    startTask(invocation, reporter) {
      reporter.failed({ error: 'NotMocked', cause: invocation.resource });
      return () => {};
    },
    startMapRun: (request, reporter) =>
      runMap(request, reporter, {
        hostFor: (_, childEnded) => createHost(clock, () => {}, childEnded),
        readItems: () => [],
        mapRunArn: `arn:aws:states:us-east-1:111111111111:mapRun:machine-name/${request.label ?? random.uuid()}:${random.uuid()}`,
      }),
  };
}

function outcomeOf(execution: Execution, history: readonly HistoryEvent[]): Replay {
  const { result } = execution;
  return {
    status: execution.status,
    output: result?.status === 'SUCCEEDED' ? result.output : undefined,
    error: result === undefined || result.status === 'SUCCEEDED' ? undefined : result.error,
    cause: result === undefined || result.status === 'SUCCEEDED' ? undefined : result.cause,
    history: history.map((event) => renderEvent(event) as unknown as RecordedEvent),
  };
}
