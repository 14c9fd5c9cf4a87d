import type { Json } from '../json.ts';

/** Machines that cover all kinds of events, for properties that must hold for each of them. */
export interface EventfulMachine {
  readonly name: string;
  readonly definition: object;
  readonly input: Json;
  /** No states run concurrently, so the order of events is fixed. */
  readonly sequential: boolean;
}

const task = (failures: number, result: Json, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessage',
  Arguments: { failures, result },
  ...more,
});

const retry = { Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 3, MaxAttempts: 2 }] };
const always = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];

export const eventful: readonly EventfulMachine[] = [
  {
    name: 'a loop with variables',
    sequential: true,
    input: { n: 0 },
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Count',
      States: {
        Count: {
          Type: 'Pass',
          Assign: { n: '{% $states.input.n + 1 %}' },
          Output: { n: '{% $states.input.n + 1 %}' },
          Next: 'Enough?',
        },
        'Enough?': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $n >= 3 %}', Next: 'Rest', Assign: { done: true } }],
          Default: 'Count',
        },
        Rest: { Type: 'Wait', Seconds: 5, Next: 'End' },
        End: { Type: 'Succeed', Output: { n: '{% $n %}', done: '{% $done %}' } },
      },
    },
  },
  {
    name: 'tasks that are retried and caught',
    sequential: true,
    input: {},
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Steady',
      States: {
        Steady: task(0, { a: 1 }, { Assign: { a: '{% $states.result.a %}' }, Next: 'Flaky' }),
        Flaky: task(2, 'ok', { ...retry, Output: '{% $states.result & $a %}', Next: 'Hopeless' }),
        Hopeless: task(9, null, {
          ...retry,
          Catch: [
            {
              ErrorEquals: ['Flaky'],
              Next: 'Caught',
              Assign: { why: '{% $states.errorOutput.Cause %}' },
              Output: '{% $states.input %}',
            },
          ],
          End: true,
        }),
        Caught: {
          Type: 'Pass',
          Output: { kept: '{% $states.input %}', why: '{% $why %}' },
          End: true,
        },
      },
    },
  },
  {
    name: 'iterations that time out in the same instant',
    sequential: false,
    input: [1, 2, 3],
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'Late',
            States: { Late: task(0, 1, { TimeoutSeconds: 5, End: true }) },
          },
          Catch: always,
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'an evaluation that fails and is retried, then caught',
    sequential: true,
    input: {},
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Odd',
      States: {
        Odd: {
          ...task(0, 1),
          Arguments: '{% $nothing %}',
          Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
          Catch: always,
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'a Map with one iteration at a time',
    sequential: true,
    input: { items: [1, 2, 3] },
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemSelector: { 'value.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
          MaxConcurrency: 1,
          ItemProcessor: {
            StartAt: 'Pause',
            States: {
              Pause: { Type: 'Wait', Seconds: 1, Next: 'Keep' },
              Keep: {
                Type: 'Pass',
                Assign: { 'kept.$': '$.value', 'at.$': '$.index' },
                Next: 'Give',
              },
              Give: {
                Type: 'Pass',
                Parameters: { 'v.$': '$kept', 'i.$': '$at' },
                End: true,
              },
            },
          },
          ResultPath: '$.result',
          End: true,
        },
      },
    },
  },
  {
    name: 'a Map that fails and is retried',
    sequential: true,
    input: [1],
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          MaxConcurrency: 1,
          ItemProcessor: {
            StartAt: 'No',
            States: { No: { Type: 'Fail', Error: 'Never', Cause: 'because' } },
          },
          Retry: [{ ErrorEquals: ['Never'], MaxAttempts: 2 }],
          Catch: always,
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'nested concurrent branches',
    sequential: false,
    input: { x: 1 },
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { base: 10 }, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'A', States: { A: task(1, 'a', { ...retry, End: true }) } },
            {
              StartAt: 'B',
              States: {
                B: {
                  Type: 'Map',
                  Items: [1, 2, 3, 4],
                  MaxConcurrency: 2,
                  ItemProcessor: {
                    StartAt: 'C',
                    States: {
                      C: {
                        Type: 'Wait',
                        Seconds: '{% $states.input * 4 %}',
                        Output: '{% $states.input + $base %}',
                        End: true,
                      },
                    },
                  },
                  End: true,
                },
              },
            },
            { StartAt: 'D', States: { D: { Type: 'Pass', Output: '{% $base %}', End: true } } },
          ],
          End: true,
        },
      },
    },
  },
  {
    name: 'branches, one of which fails',
    sequential: false,
    input: {},
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 600, End: true } } },
            { StartAt: 'Bad', States: { Bad: task(9, null, { End: true }) } },
            {
              StartAt: 'Long',
              States: {
                Long: task(0, 1, { TimeoutSeconds: 900, Next: 'More' }),
                More: { Type: 'Wait', Seconds: 600, End: true },
              },
            },
          ],
          Catch: always,
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'iterations, one of which fails',
    sequential: false,
    input: {},
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: [0, 1, 2],
          ItemProcessor: {
            StartAt: 'Second?',
            States: {
              'Second?': {
                Type: 'Choice',
                Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Bad' }],
                Default: 'Slow',
              },
              Slow: { Type: 'Wait', Seconds: 600, End: true },
              Bad: task(9, null, { End: true }),
            },
          },
          End: true,
        },
      },
    },
  },
  {
    name: 'an ItemSelector that fails during another iteration',
    sequential: false,
    input: [{ v: 1 }, { v: 2 }, {}],
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          MaxConcurrency: 2,
          ItemSelector: { v: '{% $states.context.Map.Item.Value.v %}' },
          ItemProcessor: {
            StartAt: 'Long?',
            States: {
              'Long?': {
                Type: 'Choice',
                Choices: [{ Condition: '{% $states.input.v = 1 %}', Next: 'Long' }],
                Default: 'Short',
              },
              Long: { Type: 'Wait', Seconds: 90, End: true },
              Short: { Type: 'Wait', Seconds: 5, End: true },
            },
          },
          Catch: always,
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'a distributed Map',
    sequential: true,
    input: [1, 2, 3],
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'P',
            States: { P: { Type: 'Pass', End: true } },
          },
          Next: 'End',
        },
        End: { Type: 'Succeed' },
      },
    },
  },
];
