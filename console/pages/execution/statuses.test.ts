import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../engine/replay/index.ts';
import { readEndings, statesToRedrive, statusOf, summarizeStates, takenEdges } from './statuses.ts';
import { readVisits } from './visits.ts';

type Step = readonly [
  type: HistoryEvent['type'],
  details?: HistoryEvent['details'],
  frame?: number,
];

function read(...steps: readonly Step[]) {
  const events = steps.map(
    ([type, details = {}, frame = 0], index): HistoryEvent => ({
      id: index + 1,
      previousEventId: index,
      timestamp: index * 1_000,
      type,
      frame,
      details,
    }),
  );
  const visits = readVisits(events);
  const endings = readEndings(events);
  return { events, visits, endings };
}

/** How the only visit stood after each event from the one that entered it. */
function courseOf(...steps: readonly Step[]): readonly string[] {
  const { events, visits, endings } = read(...steps);
  const [visit] = visits;
  if (visit === undefined) throw new Error('No state was entered.');
  return events.slice(1).map(({ id }) => statusOf(visit, endings, id));
}

const started: Step = ['ExecutionStarted'];
const entered: Step = ['TaskStateEntered', { name: 'Work' }];
const scheduled: Step = ['TaskScheduled'];
const failed: Step = ['TaskFailed', { error: 'Mine', cause: 'why' }];

describe('the status of a state', () => {
  it('is that of its last attempt', () => {
    const exited: Step = ['TaskStateExited', { name: 'Work', next: null }];

    expect(
      courseOf(started, entered, scheduled, failed, scheduled, ['TaskSucceeded'], exited),
    ).toEqual(['running', 'running', 'retrying', 'running', 'running', 'succeeded']);
  });

  it('says that an error was caught', () => {
    const exited: Step = ['TaskStateExited', { name: 'Work', next: 'Undo' }];

    expect(courseOf(started, entered, scheduled, failed, exited).at(-1)).toBe('caught');
  });

  it('is failed or stopped after the end, and not after a redrive', () => {
    expect(
      courseOf(
        started,
        entered,
        scheduled,
        failed,
        ['ExecutionFailed', { error: 'Mine' }],
        ['ExecutionRedriven'],
        scheduled,
        ['ExecutionAborted'],
      ),
    ).toEqual(['running', 'running', 'retrying', 'failed', 'retrying', 'running', 'stopped']);
  });
});

it('counts the visits of a state and follows the arrows between states', () => {
  const visit: readonly Step[] = [
    ['PassStateEntered', { name: 'Again' }],
    ['PassStateExited', { name: 'Again', next: 'Again' }],
  ];
  const { visits, endings } = read(started, ...visit, ...visit, [
    'PassStateEntered',
    { name: 'Again' },
  ]);

  const summary = summarizeStates(visits, endings, 6).get('Again');

  expect(summary).toMatchObject({ status: 'running', visits: 3, done: 2, retries: 0 });
  expect(summarizeStates(visits, endings, 3).get('Again')).toMatchObject({ visits: 1, done: 1 });
  expect([...takenEdges(visits, 6)]).toEqual(['Again\nAgain']);
});

it('tells the way of a caught error from the usual one to the same state', () => {
  const left: Step = ['TaskStateExited', { name: 'Work', next: 'Notify' }];
  const succeeded = read(started, entered, scheduled, left);
  const caught = read(started, entered, scheduled, failed, left);

  expect([...takenEdges(succeeded.visits, 4)]).toEqual(['Work\nNotify']);
  expect([...takenEdges(caught.visits, 5)]).toEqual(['Work\nNotify\ncatch']);
});

it('names the states that a redrive runs again', () => {
  const { visits, endings } = read(
    started,
    ['PassStateEntered', { name: 'First' }],
    ['PassStateExited', { name: 'First', next: 'Work' }],
    entered,
    scheduled,
    failed,
    ['ExecutionFailed'],
  );

  expect([...statesToRedrive(visits, endings)]).toEqual(['Work']);
  expect(statesToRedrive(visits, []).size).toBe(0);
});

it('finds the job, the time-out and the failures of a visit', () => {
  const { visits } = read(
    started,
    entered,
    ['TaskScheduled', { document: '{"TrainingJobName":"abalone-train-1"}', timeoutSeconds: 60 }],
    failed,
  );

  expect(visits[0]).toMatchObject({
    jobs: [{ id: 3, name: 'abalone-train-1' }],
    timeoutSeconds: 60,
    failures: [{ id: 4, error: 'Mine', cause: 'why' }],
  });
});
