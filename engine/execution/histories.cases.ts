import type { Json } from '../json.ts';
import { eventful } from './eventful.machines.ts';
import type { Report, Scenario } from './scripted-host.testing.ts';

/** By their names, which say what is special in them. */
type Scenarios = Readonly<Record<string, Scenario>>;

const resources = {
  integration: 'arn:aws:states:::aws-sdk:sqs:sendMessage',
  callback: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  job: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
  function: 'arn:aws:lambda:us-east-1:111111111111:function:f',
  activity: 'arn:aws:states:us-east-1:111111111111:activity:a',
};
type Kind = keyof typeof resources;

function machineOf(state: object, more: object = {}, fields: object = {}): object {
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    ...fields,
    States: { Work: { End: true, ...state }, ...more },
  };
}

function withPaths(state: object): object {
  return machineOf(state, {}, { QueryLanguage: 'JSONPath' });
}

function taskOf(kind: Kind, more: object = {}): object {
  const args = { QueueUrl: 'u', MessageBody: 'm' };
  const token = kind === 'callback' ? { t: '{% $states.context.Task.Token %}' } : {};
  return {
    Type: 'Task',
    Resource: resources[kind],
    Arguments: kind === 'function' ? { a: 1 } : { ...args, ...token },
    ...more,
  };
}

const caught = {
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $states.errorOutput %}' }],
};
const toCaught = { Caught: { Type: 'Pass', End: true } };
const failure = { error: 'Mine', cause: 'why' };

function scripted(kind: Kind, reports: readonly Report[], more: object = {}): Scenario {
  const definition = machineOf(taskOf(kind, more), 'Catch' in more ? toCaught : {});
  return { definition, tasks: { Work: [reports] } };
}

const timed = { TimeoutSeconds: 20, HeartbeatSeconds: 10, ...caught };

function tasks(kind: Kind): Scenarios {
  return {
    'starts, then succeeds': scripted(kind, [
      [2, 'started', 'worker'],
      [3, 'started', 'again'],
      [5, 'succeeded', { a: 1 }],
      [6, 'succeeded', { a: 2 }],
    ]),
    'succeeds immediately': scripted(kind, [[0, 'succeeded', null]]),
    'is submitted, then succeeds': scripted(kind, [
      [1, 'submitted', { id: 1 }],
      [2, 'submitted', { id: 2 }],
      [3, 'succeeded', { id: 3 }],
    ]),
    fails: scripted(kind, [[1, 'failed', failure]], caught),
    'fails without error and cause': scripted(kind, [[1, 'failed', {}]], caught),
    'fails to be scheduled': scripted(kind, [[0, 'scheduleFailed', failure]], caught),
    'fails to start': scripted(kind, [[1, 'startFailed', failure]]),
    'fails to be submitted': scripted(kind, [[1, 'submitFailed', failure]]),
    'times out': scripted(
      kind,
      [
        [1, 'started'],
        [8, 'heartbeat'],
        [16, 'heartbeat'],
      ],
      timed,
    ),
    'times out before it starts': scripted(kind, [], timed),
    'sends no heartbeat in time': scripted(
      kind,
      [
        [2, 'started'],
        [9, 'heartbeat'],
      ],
      timed,
    ),
    'sends heartbeats': scripted(
      kind,
      [
        [1, 'started'],
        [9, 'heartbeat'],
        [17, 'succeeded', 1],
        [18, 'heartbeat'],
      ],
      timed,
    ),
    'gives too large a result': scripted(kind, [[1, 'succeeded', 'x'.repeat(262_143)]], caught),
    'is aborted': { ...scripted(kind, [[1, 'started']], timed), abortAfterSeconds: 5 },
  };
}

const credentials: Scenarios = {
  'assumes a role': scripted('function', [[1, 'succeeded', 1]], {
    Credentials: { RoleArn: "{% 'arn:aws:iam::1:role/' & 'r' %}" },
  }),
  'assumes what is not a role': scripted('function', [], { Credentials: { RoleArn: '{% 1 %}' } }),
};

const preparations: Scenarios = {
  'other parameters': {
    ...scripted('job', []),
    prepare: () => ({ parameters: { other: 1 } }),
    abortAfterSeconds: 1,
  },
  'no change': { ...scripted('job', []), prepare: () => undefined, abortAfterSeconds: 1 },
  'an error that is caught': {
    ...scripted('job', [], caught),
    prepare: () => ({ error: 'SageMaker.Bad', cause: 'bad' }),
  },
  'an error that is not caught': {
    ...scripted('job', [], caught),
    prepare: () => ({ error: 'States.Runtime', cause: 'bad' }),
  },
  'a resource in another partition': {
    definition: machineOf({
      ...taskOf('function'),
      Resource: 'arn:aws-cn:lambda:cn-north-1:1:function:f',
    }),
  },
  'arguments that are too large': {
    definition: machineOf(taskOf('function', { Arguments: "{% $pad('', 262143, 'x') %}" })),
  },
};

function retrying(...retriers: readonly object[]): Scenario {
  const failing: readonly Report[] = [[1, 'failed', { error: 'A', cause: 'why' }]];
  const other: readonly Report[] = [[1, 'failed', { error: 'B' }]];
  return {
    definition: machineOf(taskOf('integration', { Retry: retriers, ...caught }), toCaught),
    tasks: { Work: [failing, failing, other, failing, failing] },
  };
}

const A = { ErrorEquals: ['A'] };
const retries: Scenarios = {
  'with defaults': retrying(A),
  never: retrying({ ...A, MaxAttempts: 0 }),
  once: retrying({ ...A, MaxAttempts: 1, IntervalSeconds: 5 }),
  'each retrier for itself': retrying({ ...A, MaxAttempts: 3 }, { ErrorEquals: ['States.ALL'] }),
  'with a limit of the delay': retrying({
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 4,
    BackoffRate: 2.5,
    MaxDelaySeconds: 11,
    MaxAttempts: 5,
  }),
  'with jitter': retrying({ ErrorEquals: ['A', 'B'], IntervalSeconds: 8, JitterStrategy: 'FULL' }),
  'without jitter': retrying({ ...A, IntervalSeconds: 8, JitterStrategy: 'NONE' }),
  'a timeout only by its own name': {
    definition: machineOf(
      taskOf('integration', {
        TimeoutSeconds: 5,
        Retry: [
          { ErrorEquals: ['States.TaskFailed'] },
          { ErrorEquals: ['States.HeartbeatTimeout'] },
          { ErrorEquals: ['States.Timeout'], MaxAttempts: 1 },
        ],
      }),
    ),
    tasks: { Work: [[]] },
  },
};

const wholeContext = { Output: '{% $states.context %}' };
const items = { Items: ['a', { b: 1 }] };

function mapOf(states: Readonly<Record<string, object>>, more: object = {}): object {
  const processor = { StartAt: Object.keys(states)[0], States: states };
  return { Type: 'Map', ItemProcessor: processor, ...more };
}

const contexts: Scenarios = {
  'of a Standard execution': { definition: machineOf({ Type: 'Pass', ...wholeContext }) },
  'of an Express execution': {
    definition: machineOf({ Type: 'Pass', ...wholeContext }),
    options: { type: 'EXPRESS' },
  },
  'of a redriven execution': {
    definition: machineOf({ Type: 'Pass', ...wholeContext }),
    options: { redriveCount: 2, redriveTime: 1_767_225_600_123 },
  },
  'given by the test of a state': {
    definition: machineOf({ Type: 'Pass', ...wholeContext }),
    options: { context: { Mine: 1 } },
  },
  'of a task and its retry': {
    definition: machineOf(
      taskOf('integration', {
        Arguments: { c: '{% $states.context %}' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Output: '{% $states.context.State %}',
      }),
    ),
    tasks: { Work: [[[1, 'failed', failure]], [[1, 'succeeded', 1]]] },
  },
  'of a task with a token': {
    definition: machineOf(taskOf('callback', { Output: '{% $states.context.Task %}' })),
    tasks: { Work: [[[1, 'succeeded', 1]]] },
  },
  'of iterations': {
    definition: machineOf(
      mapOf(
        { In: { Type: 'Pass', Output: '{% $states.context.Map %}', End: true } },
        {
          ...items,
          ItemSelector: {
            m: '{% $states.context.Map %}',
            i: '{% $states.input %}',
            s: '{% $states.context.State %}',
          },
        },
      ),
    ),
  },
  'of a branch': {
    definition: machineOf({
      Type: 'Parallel',
      Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', ...wholeContext, End: true } } }],
    }),
  },
};

const paths = {
  InputPath: '$.in',
  ResultSelector: { 's.$': '$.r' },
  ResultPath: '$.out',
  OutputPath: '$.out.s',
};
const inspected = { inspect: () => {}, variables: { given: 5 } };
const stages: Scenarios = {
  'of a Pass with paths': {
    definition: withPaths({
      Type: 'Pass',
      InputPath: '$.in',
      Parameters: { 'a.$': '$.a', 'v.$': '$given' },
      ResultPath: '$.out',
      OutputPath: '$.out',
    }),
    input: { in: { a: 1 } },
    options: inspected,
  },
  'of a task with paths': {
    definition: withPaths({
      Type: 'Task',
      Resource: resources.integration,
      Parameters: { 'QueueUrl.$': '$.q' },
      ...paths,
    }),
    input: { in: { q: 'u' } },
    tasks: { Work: [[[1, 'succeeded', { r: 7 }]]] },
    options: inspected,
  },
  'of a task with expressions': {
    definition: machineOf(
      taskOf('integration', { Assign: { x: '{% $states.result %}' }, Output: '{% $given %}' }),
    ),
    options: inspected,
  },
  'of a task that fails': {
    ...scripted('integration', [[1, 'failed', failure]]),
    options: inspected,
  },
  'of a Map': {
    definition: withPaths({
      ...mapOf(
        { In: { Type: 'Pass', End: true } },
        { ItemSelector: { 'v.$': '$$.Map.Item.Value' } },
      ),
      ItemsPath: '$.list',
      MaxConcurrency: 1,
    }),
    input: { list: [1, 2] },
    options: inspected,
  },
  'of a distributed Map': {
    definition: machineOf({
      ...distributed({ ToleratedFailureCount: 1, ToleratedFailurePercentage: 50 }),
      Items: [1],
    }),
    options: inspected,
  },
  'of a Choice': {
    definition: machineOf(
      { Type: 'Choice', End: undefined, Choices: [{ Condition: '{% $given = 5 %}', Next: 'Yes' }] },
      { Yes: { Type: 'Succeed' } },
    ),
    options: inspected,
  },
  'of an expression that fails': {
    definition: machineOf({ Type: 'Pass', Output: '{% $nothing %}' }),
    options: inspected,
  },
};

function distributed(more: object = {}, states: Readonly<Record<string, object>> = {}): object {
  const inner = { In: { Type: 'Pass', End: true }, ...states };
  const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return {
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: config, StartAt: 'In', States: inner },
    ...more,
  };
}

const reading = {
  Label: 'Label',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    Arguments: { Bucket: "{% 'b' %}", Key: 'k' },
    ReaderConfig: { InputType: 'JSON', MaxItems: '{% 1 + 1 %}' },
  },
  ItemBatcher: {
    MaxItemsPerBatch: 2,
    MaxInputBytesPerBatch: '{% 500 %}',
    BatchInput: { b: '{% $states.input %}' },
  },
  ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Arguments: { Bucket: 'b', Prefix: '{% "p" %}' },
    WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' },
  },
  MaxConcurrency: 3,
  ToleratedFailureCount: '{% 1 %}',
  ToleratedFailurePercentage: 12.5,
};

const failingIn = { In: { Type: 'Fail', Error: 'E' } };
const mapRuns: Scenarios = {
  'that reads, selects, batches and writes': {
    definition: machineOf(distributed(reading)),
    input: { x: 1 },
  },
  'over an object': { definition: machineOf(distributed({ Items: { k: 1, l: 2 } })) },
  'over nothing': { definition: machineOf(distributed({ Items: [] })) },
  'over its input': { definition: machineOf(distributed()), input: [1, 2] },
  'over what is not a list': { definition: machineOf(distributed(caught), toCaught), input: 'x' },
  'in which children fail': {
    definition: machineOf(distributed({ ...caught, Items: [1, 2] }, failingIn), toCaught),
  },
  'in which as many fail as are tolerated': {
    definition: machineOf(distributed({ Items: [1, 2], ToleratedFailureCount: 2 }, failingIn)),
  },
  'in which one more fails than is tolerated': {
    definition: machineOf(distributed({ Items: [1, 2], ToleratedFailureCount: 1 }, failingIn)),
  },
  'in which the tolerated half fails': {
    definition: machineOf(
      distributed(
        { Items: [1, 2], ToleratedFailurePercentage: 50, MaxConcurrency: 1 },
        {
          In: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Bad' }],
            Default: 'Good',
          },
          Bad: { Type: 'Fail' },
          Good: { Type: 'Succeed' },
        },
      ),
    ),
  },
  'whose selector fails': {
    definition: machineOf(
      distributed({ ...caught, Items: [1], ItemSelector: { v: '{% $no %}' } }),
      toCaught,
    ),
  },
  'that is aborted': {
    definition: machineOf(
      distributed(
        { Items: [1], MaxConcurrency: 1 },
        { In: { Type: 'Wait', Seconds: 60, End: true } },
      ),
    ),
    abortAfterSeconds: 5,
  },
  'that is redriven by its host': {
    definition: machineOf(distributed({ Items: [1] })),
    mapRun: (reporter) => {
      reporter.started('arn:1');
      reporter.started('arn:1');
      reporter.redriven('arn:1', 1);
      reporter.succeeded([7]);
      reporter.succeeded([8]);
    },
  },
  'that is redriven before it starts': {
    definition: machineOf(distributed({ Items: [1] })),
    mapRun: (reporter) => {
      reporter.redriven('arn:1', 1);
      reporter.started('arn:1');
      reporter.succeeded([7]);
    },
  },
  'in batches that just fit': {
    definition: machineOf(
      distributed({ Items: ['a', 'b', 'c'], ItemBatcher: { MaxInputBytesPerBatch: 6 } }),
    ),
  },
  'in batches that are a byte smaller': {
    definition: machineOf(
      distributed({ Items: ['a', 'b', 'c'], ItemBatcher: { MaxInputBytesPerBatch: 5 } }),
    ),
  },
  'that fails and is retried': {
    definition: machineOf(
      distributed({ Items: [1], Retry: [{ ErrorEquals: ['Mine'], MaxAttempts: 1 }] }),
    ),
    mapRun: (reporter) => reporter.failed(failure),
  },
};

const hold = { Type: 'Wait', Seconds: 600, End: true };
const within = (name: string) => ({ StartAt: name, States: { [name]: hold } });
const aborts: Scenarios = Object.fromEntries(
  Object.entries({
    'during a Wait': hold,
    'during a Parallel': { Type: 'Parallel', Branches: [within('One'), within('Other')] },
    'during a Map': mapOf({ Hold: hold }, { Items: [1, 2, 3], MaxConcurrency: 2 }),
    'during a retry': taskOf('integration', {
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 50 }],
    }),
  }).map(([name, state]) => [
    name,
    {
      definition: machineOf(state),
      tasks: { Work: [[[1, 'failed', failure]]] },
      abortAfterSeconds: 5,
      afterwards: 'redrive',
    },
  ]),
);

const limits: Scenarios = {
  'of the machine': {
    definition: machineOf(hold, {}, { TimeoutSeconds: 30 }),
    afterwards: 'redrive',
  },
  'of an Express execution': { definition: machineOf(hold), options: { type: 'EXPRESS' } },
  'of an Express machine with a longer one': {
    definition: machineOf(hold, {}, { TimeoutSeconds: 400 }),
    options: { type: 'EXPRESS' },
  },
  'of a Standard execution': {
    definition: machineOf({ ...hold, Seconds: 31_536_001 }, {}, {}),
  },
};

/** How many attempts of its task fail before one succeeds. */
interface Doing {
  readonly failures: number;
  readonly result: Json;
}

function eventfulScenario(definition: object, input: Json): Scenario {
  const attempts: Record<string, readonly (readonly Report[])[]> = {};
  for (const [name, { failures, result }] of doings(definition)) {
    const failing: readonly Report[] = [[10, 'failed', { error: 'Flaky', cause: 'why' }]];
    attempts[name] = [
      ...Array.from({ length: failures }, () => failing),
      [[10, 'succeeded', result]],
    ];
  }
  return { definition, input, tasks: attempts };
}

function doings(value: unknown, name = ''): readonly (readonly [string, Doing])[] {
  if (typeof value !== 'object' || value === null) return [];
  const { Arguments: doing } = value as { readonly Arguments?: Doing | string };
  const own = typeof doing === 'object' ? [[name, doing] as const] : [];
  return [...own, ...Object.entries(value).flatMap(([key, member]) => doings(member, key))];
}

const machines: Scenarios = Object.fromEntries(
  eventful.map(({ name, definition, input }) => [name, eventfulScenario(definition, input)]),
);

const again = (afterwards: 'redrive' | 'resume'): Scenarios =>
  Object.fromEntries(
    Object.entries(machines).map(([name, each]) => [name, { ...each, afterwards }]),
  );

/** A state whose field gets each of the values, from an expression and from a path. */
function fieldValues(
  state: object,
  field: string,
  values: readonly Json[],
  more: object = {},
): Scenarios {
  const entries = values.flatMap((value) => [
    [
      `${field} ${JSON.stringify(value)}`,
      {
        definition: machineOf({ ...state, ...more, [field]: '{% $states.input.v %}' }),
        input: { v: value, list: [1] },
      },
    ],
    [
      `${field}Path ${JSON.stringify(value)}`,
      {
        definition: withPaths({ ...state, ...pathsOf(state), [`${field}Path`]: '$.v' }),
        input: { v: value, list: [1] },
      },
    ],
  ]);
  return Object.fromEntries(entries) as Scenarios;
}

/** The fields of a state that JSONPath calls by another name. */
function pathsOf(state: object): object {
  const { Arguments, Items } = state as { Arguments?: Json; Items?: Json };
  return {
    ...(Arguments !== undefined && { Arguments: undefined, Parameters: Arguments }),
    ...(Items !== undefined && { Items: undefined, ItemsPath: '$.list' }),
  };
}

const seconds: readonly Json[] = [0, 1, -1, 1.5, '2', 'x', null, 99_999_999, 100_000_000];
const counts: readonly Json[] = [0, 1, -1, 1.5, '2', 'x', null];
const each = { ...distributed(), Items: [1] };
const inline = { ...mapOf({ In: { Type: 'Pass', End: true } }), Items: [1] };
const fieldsWithValues: Scenarios = {
  ...fieldValues(taskOf('integration'), 'TimeoutSeconds', seconds),
  ...fieldValues(taskOf('integration'), 'HeartbeatSeconds', seconds),
  ...fieldValues({ Type: 'Wait' }, 'Seconds', [...seconds, 2_147_483_647, 2_147_483_648]),
  ...fieldValues({ Type: 'Wait' }, 'Timestamp', [
    '2026-01-01T00:00:05.900Z',
    '2025-01-01T00:00:00Z',
    '2026-01-01',
    '2094-01-19T03:14:07Z',
    '2094-01-19T03:14:08Z',
    5,
    null,
  ]),
  ...fieldValues(inline, 'MaxConcurrency', counts),
  ...fieldValues(each, 'ToleratedFailureCount', counts),
  ...fieldValues(each, 'ToleratedFailurePercentage', [0, 100, 100.5, -0.5, 50.5, 'x', null]),
  ...fieldValues({ Type: 'Fail', End: undefined }, 'Error', ['E', 5, null]),
  ...fieldValues({ Type: 'Fail', End: undefined }, 'Cause', ['C', {}, null]),
};

const choosing = { Type: 'Choice', End: undefined };
const refused: Scenarios = {
  'a Choice without a rule that holds': {
    definition: machineOf(
      { ...choosing, Choices: [{ Condition: '{% false %}', Next: 'Caught' }] },
      toCaught,
    ),
  },
  'a Choice with a condition that is not a boolean': {
    definition: machineOf(
      { ...choosing, Choices: [{ Condition: '{% 1 %}', Next: 'Caught' }] },
      toCaught,
    ),
  },
  'a Choice with a variable that is missing': {
    definition: {
      StartAt: 'Work',
      States: {
        Work: { Type: 'Choice', Choices: [{ Variable: '$.no', IsNull: true, Next: 'Caught' }] },
        ...toCaught,
      },
    },
  },
  'a Choice with a path that is missing': {
    definition: {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Choice',
          Choices: [{ Variable: '$.a', StringEqualsPath: '$.no', Next: 'Caught' }],
        },
        ...toCaught,
      },
    },
    input: { a: 'x' },
  },
  'Items that are not a list': { definition: machineOf({ ...inline, Items: '{% 5 %}' }) },
  'an ItemsPath that finds no list': {
    definition: withPaths({ ...inline, Items: undefined, ItemsPath: '$.v' }),
    input: { v: {} },
  },
  'an ItemsPath into the context that finds no list': {
    definition: withPaths({ ...inline, Items: undefined, ItemsPath: '$$.Execution.Id' }),
  },
  'an input that is not a list': { definition: machineOf({ ...inline, Items: undefined }) },
  'paths of a Wait that find nothing': {
    definition: withPaths({ Type: 'Wait', SecondsPath: '$.no' }),
  },
  'paths of a Wait in the context': {
    definition: withPaths({ Type: 'Wait', TimestampPath: '$$.Execution.StartTime' }),
  },
  'a role at a path that is not a text': {
    definition: withPaths({
      Type: 'Task',
      Resource: resources.integration,
      Parameters: { QueueUrl: 'u', MessageBody: 'm' },
      Credentials: { 'RoleArn.$': '$.v' },
    }),
    input: { v: 5 },
  },
  'a role at a path': {
    definition: withPaths({
      Type: 'Task',
      Resource: resources.integration,
      Parameters: { QueueUrl: 'u', MessageBody: 'm' },
      Credentials: { 'RoleArn.$': '$.v' },
    }),
    input: { v: 'arn:aws:iam::1:role/r' },
  },
  'a role as a text': {
    definition: withPaths({
      Type: 'Task',
      Resource: resources.integration,
      Parameters: { QueueUrl: 'u', MessageBody: 'm' },
      Credentials: { RoleArn: 'arn:aws:iam::1:role/r' },
    }),
  },
  'a result of each type for an Output that a Catcher gives': {
    definition: machineOf(
      taskOf('integration', {
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Next: 'Caught',
            Assign: { e: '{% $states.errorOutput.Error %}' },
            Output: '{% $nothing %}',
          },
        ],
      }),
      toCaught,
    ),
    tasks: { Work: [[[1, 'failed', failure]]] },
  },
  'a Catcher with a ResultPath and Assign': {
    definition: {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: resources.function,
          Catch: [
            {
              ErrorEquals: ['Mine'],
              Next: 'Caught',
              ResultPath: '$.e',
              Assign: { 'e.$': '$.Error' },
            },
          ],
          End: true,
        },
        ...toCaught,
      },
    },
    input: { a: 1 },
    tasks: { Work: [[[1, 'failed', failure]]] },
  },
};

/** The execution resumes after each of its events. */
const interrupted: Scenarios = Object.fromEntries(
  (['activity', 'job', 'callback', 'function'] as const).flatMap((kind) =>
    [3, 4, 5].map((events) => [
      `${kind}, after ${events} events`,
      {
        ...scripted(
          kind,
          [
            [2, 'started', 'worker'],
            [5, 'submitted', { id: 1 }],
            [9, 'succeeded', { a: 1 }],
          ],
          timed,
        ),
        crashAfterEvents: events,
      },
    ]),
  ),
);

/** All scenarios, by topic. */
export const topics: Readonly<Record<string, Scenarios>> = {
  ...Object.fromEntries((Object.keys(resources) as Kind[]).map((kind) => [kind, tasks(kind)])),
  preparations,
  credentials,
  retries,
  contexts,
  stages,
  'map-runs': mapRuns,
  aborts,
  limits,
  values: fieldsWithValues,
  refused,
  interrupted,
  machines,
  redriven: again('redrive'),
  resumed: again('resume'),
};
