import { array, assert as check, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../history/event.ts';
import { renderEvent } from '../history/render.ts';
import type { ExecutionResult, Host, TaskInvocation, TaskReporter } from '../host.ts';
import { parse, resume, run } from '../index.ts';
import type { Json } from '../json.ts';
import type { Machine } from '../machine.ts';
import { runMap } from '../testing/map-run.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { eventful } from './eventful.machines.ts';

const identity = {
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:machine:run',
  executionName: 'run',
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::111111111111:role/any',
};

/** An environment that survives crashes: its tasks continue, and it counts their calls. */
class World {
  readonly clock: VirtualClock = createVirtualClock();
  readonly history: HistoryEvent[] = [];
  readonly starts = new Map<string, number>();
  result: ExecutionResult | undefined;
  #life = 0;
  /** The number of events that can be appended before the crash. */
  #budget = Number.POSITIVE_INFINITY;

  crashAfter(events: number): void {
    this.#budget = events;
  }

  host(): Host {
    this.#life += 1;
    const life = this.#life;
    const alive = () => life === this.#life;
    return {
      clock: {
        now: () => this.clock.now(),
        setTimer: (delayMs, callback) => this.clock.setTimer(delayMs, () => alive() && callback()),
      },
      random: { next: () => 0.5, uuid: () => `uuid-${this.history.length}` },
      append: (event) => {
        if (!alive()) throw new Crash();
        if (this.#budget === 0) {
          this.#life += 1;
          this.#budget = Number.POSITIVE_INFINITY;
          throw new Crash();
        }
        this.#budget -= 1;
        // Events are stored as text, so that no code can depend on object identity.
        this.history.push(JSON.parse(JSON.stringify(event)) as HistoryEvent);
      },
      startTask: (invocation, reporter) => this.#startTask(invocation, reporter, alive),
      startMapRun: (request, reporter) =>
        runMap(request, reporter, {
          hostFor: (_, ended) => ({ ...this.host0(), ended }),
          readItems: () => [],
          mapRunArn: 'arn:aws:states:us-east-1:111111111111:mapRun:machine/map:1',
        }),
      ended: (result) => {
        this.result = result;
      },
    };
  }

  /** For children of a Map Run, whose own history is not checked. */
  host0(): Host {
    return { ...this.host(), append: () => {} };
  }

  /** `fail:n` fails its first n attempts; every task takes ten seconds on the virtual clock. */
  #startTask(invocation: TaskInvocation, reporter: TaskReporter, alive: () => boolean): () => void {
    const key = `${invocation.stateName}#${invocation.scheduledEventId}`;
    if (!invocation.resumed) this.starts.set(key, (this.starts.get(key) ?? 0) + 1);
    const attempts = [...this.starts.keys()].filter((each) =>
      each.startsWith(`${invocation.stateName}#`),
    );
    const { failures = 0, result = null } = invocation.arguments as {
      failures?: number;
      result?: Json;
    };
    const timer = this.clock.setTimer(10_000, () => {
      if (!alive()) return;
      reporter.started();
      if (attempts.length <= failures) reporter.failed({ error: 'Flaky', cause: 'not yet' });
      else reporter.succeeded(result);
    });
    return () => timer.cancel();
  }
}

class Crash extends Error {}

function survive(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (thrown) {
    if (thrown instanceof Crash) return false;
    throw thrown;
  }
}

function machineOf(definition: object): Machine {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

/** Runs to the end, with a crash after each of the given numbers of events. */
function runWithCrashes(definition: object, input: Json, crashes: readonly number[]): World {
  const world = new World();
  const machine = machineOf(definition);
  const pending = [...crashes];
  world.crashAfter(pending.shift() ?? Number.POSITIVE_INFINITY);
  let alive = survive(() => run(machine, input, world.host(), identity));
  for (let lives = 0; lives < 200; lives += 1) {
    if (alive) alive = survive(() => world.clock.run());
    if (alive) return world;
    world.crashAfter(pending.shift() ?? Number.POSITIVE_INFINITY);
    alive =
      world.history.length === 0
        ? survive(() => run(machine, input, world.host(), identity))
        : survive(() => resume(machine, world.history, world.host(), identity));
  }
  throw new Error('The execution did not end.');
}

/** A history without the parts that depend on the time of a crash. */
function contentOf(history: readonly HistoryEvent[]): unknown {
  return history.map((event) => {
    const { timestamp: _, ...rest } = renderEvent(event);
    return rest;
  });
}

describe('an execution that crashes', () => {
  it.each(eventful)(
    'has the same result for a crash after any event: $name',
    ({ definition, input, sequential }) => {
      const whole = runWithCrashes(definition, input, []);

      for (let cut = 0; cut < whole.history.length; cut += 1) {
        const world = runWithCrashes(definition, input, [cut]);

        expect({ cut, result: world.result }).toEqual({ cut, result: whole.result });
        const [actual, expected] = sequential ? [world, whole] : [whole, whole];
        expect({ cut, history: contentOf(actual.history) }).toEqual({
          cut,
          history: contentOf(expected.history),
        });
        expect([...world.starts.values()].every((count) => count === 1)).toBe(true);
      }
    },
  );

  it('has the same result after any number of crashes', () => {
    check(
      property(
        constantFrom(...eventful),
        array(integer({ min: 0, max: 9 }), { maxLength: 12 }),
        ({ definition, input }, crashes) => {
          const whole = runWithCrashes(definition, input, []);
          const world = runWithCrashes(definition, input, crashes);

          expect(world.result).toEqual(whole.result);
          expect(world.history.map((event) => event.id)).toEqual(
            world.history.map((_, index) => index + 1),
          );
        },
      ),
      { seed: 20_260_101, numRuns: 150 },
    );
  });
});
