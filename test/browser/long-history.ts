import type { Schemas } from '../../api/client/index.ts';

type HistoryEvent = Schemas['HistoryEvent'];

/** Step Functions ends an execution at this many. */
const EVENTS = 25_000;
const EVENTS_OF_AN_ITEM = 7;
const ITEMS = Math.floor(EVENTS / EVENTS_OF_AN_ITEM) - 1;
const STARTED_AT = Date.parse('2026-11-30T08:00:00Z');

/** A Map with one task for each item. */
export const LONG_DEFINITION = {
  QueryLanguage: 'JSONata',
  StartAt: 'Each row',
  States: {
    'Each row': {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Score row',
        States: {
          'Score row': {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Retry: [{ ErrorEquals: ['States.ALL'] }],
            End: true,
          },
        },
      },
      End: true,
    },
  },
};

/** The history of an execution that is as long as histories can be, and still runs. */
export function makeLongHistory(): readonly HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const add = (type: string, previousEventId: number, details: object = {}): number => {
    const id = events.length + 1;
    const timestamp = new Date(STARTED_AT + id * 100).toISOString();
    events.push({ id, previousEventId, timestamp, type, ...details });
    return id;
  };
  add('ExecutionStarted', 0, { executionStartedEventDetails: { input: '{}' } });
  add('MapStateEntered', 0, { stateEnteredEventDetails: { name: 'Each row', input: '{}' } });
  const started = add('MapStateStarted', 2, { mapStateStartedEventDetails: { length: ITEMS } });
  for (let index = 0; index < ITEMS; index += 1) addItem(add, started, index);
  return events;
}

type Add = (type: string, previousEventId: number, details?: object) => number;

function addItem(add: Add, started: number, index: number): void {
  const iteration = { name: 'Each row', index };
  const task = { resourceType: 'lambda', resource: 'invoke' };
  const input = JSON.stringify({ row: index, length: 0.455, whole_weight: 0.514 });
  let last = add('MapIterationStarted', started, {
    mapIterationStartedEventDetails: iteration,
  });
  const follow = (type: string, details: object) => {
    last = add(type, last, details);
  };
  follow('TaskStateEntered', { stateEnteredEventDetails: { name: 'Score row', input } });
  follow('TaskScheduled', {
    taskScheduledEventDetails: { ...task, region: 'us-east-1', parameters: input },
  });
  follow('TaskStarted', { taskStartedEventDetails: task });
  if (index % 10 === 0) {
    follow('TaskFailed', { taskFailedEventDetails: { ...task, error: 'Busy', cause: 'Later' } });
  } else follow('TaskSucceeded', { taskSucceededEventDetails: { ...task, output: '{"rings":9}' } });
  follow('TaskStateExited', {
    stateExitedEventDetails: {
      name: 'Score row',
      output: '{"rings":9}',
      assignedVariables: { rings: '9' },
    },
  });
  follow('MapIterationSucceeded', { mapIterationSucceededEventDetails: iteration });
}
