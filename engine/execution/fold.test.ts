import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../history/event.ts';
import { parse } from '../index.ts';
import type { Machine } from '../machine.ts';
import { foldHistory } from './fold.ts';

function machine(): Machine {
  const pass = { Type: 'Pass', End: true };
  const iterations = { StartAt: 'I', States: { I: pass } };
  const definition = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Next: 'M' },
      M: { Type: 'Map', ItemProcessor: iterations, End: true },
    },
  };
  const { machine: parsed } = parse(JSON.stringify(definition));
  if (parsed === undefined) throw new Error('The definition is invalid.');
  return parsed;
}

function event(id: number, more: Partial<HistoryEvent>): HistoryEvent {
  const base = { previousEventId: id - 1, timestamp: 0, frame: 0, details: {} } as const;
  return { id, type: 'ExecutionStarted', ...base, ...more };
}

const started = event(1, {});

/** A host that lost or mixed up events must not resume an execution at the wrong place. */
describe('a history that does not belong to the machine', () => {
  it.each<[string, readonly HistoryEvent[], string]>([
    ['is empty', [], 'The history does not start with ExecutionStarted'],
    [
      'starts in the middle',
      [event(2, { type: 'PassStateEntered' })],
      'The history does not start with ExecutionStarted',
    ],
    [
      'has an event of an unknown branch',
      [started, event(2, { type: 'PassStateEntered', frame: 5, details: { name: 'A' } })],
      'Event 2 belongs to an unknown branch',
    ],
    [
      'has an event of a branch behind the last one',
      [
        started,
        event(2, { type: 'MapStateEntered', details: { name: 'M' } }),
        event(3, { type: 'MapStateStarted', details: { firstFrame: 1, length: 1 } }),
        event(4, { type: 'PassStateEntered', frame: 2, details: { name: 'I' } }),
      ],
      'Event 4 belongs to an unknown branch',
    ],
    [
      'has branches of an unknown state',
      [
        started,
        event(2, { type: 'MapStateEntered', details: { name: 'B' } }),
        event(3, { type: 'MapStateStarted', details: { firstFrame: 1, length: 1 } }),
      ],
      "The history visits 'B', which the machine does not have",
    ],
  ])('%s is refused', (_, history, problem) => {
    expect(() => foldHistory(machine(), history)).toThrow(
      `${problem}, so the execution was not resumed`,
    );
  });
});
