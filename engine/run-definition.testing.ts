import { type ExecutionResult, type Host, type Json, parse, run } from './index.ts';
import { createSeededRandom } from './testing/seeded-random.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** The outcome of running a definition. */
export type Outcome =
  | { readonly kind: 'refused'; readonly diagnostics: readonly string[] }
  | { readonly kind: 'ended'; readonly result: ExecutionResult }
  | { readonly kind: 'waiting' };

/** More timers than any small definition needs; an execution that needs more is left running. */
const mostTimers = 2_000;

/** Runs a definition on a virtual clock. The input decides whether a task succeeds; Map Runs have no output. */
export function runDefinition(
  definition: string,
  input: Json,
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Outcome {
  const { machine, diagnostics } = parse(definition, { type });
  if (machine === undefined) {
    return {
      kind: 'refused',
      diagnostics: diagnostics.map(({ code, message }) => `${code}: ${message}`),
    };
  }
  const clock = createVirtualClock();
  const results: ExecutionResult[] = [];
  const host = createHost(clock, (ended) => void results.push(ended));
  run(machine, input, host, identity(type));
  for (let timers = 0; results.length === 0 && timers < mostTimers; timers += 1) {
    if (!clock.step()) break;
  }
  const [result] = results;
  return result === undefined ? { kind: 'waiting' } : { kind: 'ended', result };
}

function createHost(clock: Host['clock'], ended: Host['ended']): Host {
  return {
    clock,
    random: createSeededRandom(),
    append: () => undefined,
    ended,
    startTask(invocation, reporter) {
      const timer = clock.setTimer(10, () => {
        const isFailing = JSON.stringify(invocation.arguments).length % 3 === 0;
        if (isFailing) reporter.failed({ error: 'Some.Error', cause: 'because' });
        else reporter.succeeded({ Payload: invocation.arguments });
      });
      return () => timer.cancel();
    },
    startMapRun(_, reporter) {
      const timer = clock.setTimer(10, () => {
        reporter.started('arn:aws:states:us-east-1:123456789012:mapRun:m/l:1');
        reporter.succeeded([]);
      });
      return () => timer.cancel();
    },
  };
}

function identity(type: 'STANDARD' | 'EXPRESS') {
  const prefix = 'arn:aws:states:us-east-1:123456789012';
  return {
    executionArn: `${prefix}:execution:m:e`,
    executionName: 'e',
    stateMachineArn: `${prefix}:stateMachine:m`,
    stateMachineName: 'm',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    type,
  };
}
