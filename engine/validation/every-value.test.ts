import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import type { Diagnostic } from './diagnostic.ts';
import { validate, validateState } from './validate.ts';

/*
 * States with all their fields. Each value is replaced by each of the values below, or left out, and `tables/*.txt` hold
 * what is reported: after a change, run this file with `-u` and read each new line.
 */

const values: readonly Json[] = [
  null,
  true,
  'x',
  '',
  '$.a',
  '$.a[*]',
  '$.a.',
  '$.a b',
  '$$.State.Name',
  '$v',
  "States.Format('{}', $.a)",
  '{% 1 %}',
  '{% 1',
  '{% ( %}',
  -1,
  0,
  1,
  1.5,
  [],
  ['x'],
  ['x', 'x'],
  {},
  { x: 1 },
  { 'x.$': '$.a' },
  { 'x.$': 'a' },
];

/** One less than each limit, the limit, and one more, by the name of the field. */
const limits: Readonly<Record<string, readonly Json[]>> = {
  Comment: ['c'.repeat(2_000)],
  Label: ['l'.repeat(39), 'l'.repeat(40), 'l'.repeat(41), 'a b', 'a?b', 'a*b', 'ä'],
  Seconds: [99_999_998, 99_999_999, 100_000_000, 2_147_483_647, 2_147_483_648],
  TimeoutSeconds: [2, 99_999_998, 99_999_999, 100_000_000],
  HeartbeatSeconds: [2, 98, 99, 100, 99_999_999, 100_000_000],
  IntervalSeconds: [2, 99_999_999, 100_000_000],
  MaxAttempts: [99_999_998, 99_999_999, 100_000_000],
  BackoffRate: [0.99, 1.01],
  MaxDelaySeconds: [2, 31_622_399, 31_622_400, 31_622_401],
  ToleratedFailurePercentage: [99, 100, 101, 99.5],
  MaxItems: [2, 99_999_999, 100_000_000, 100_000_001],
  MaxInputBytesPerBatch: [2, 262_143, 262_144, 262_145],
  MaxItemsPerBatch: [2],
  Timestamp: [
    '2026-01-01T00:00:00Z',
    '2026-01-01T23:59:59.123456789+23:59',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '2026-00-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-12-31T00:00:00Z',
    '2026-12-32T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-04-30T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-02-28T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00Z',
    '2024-02-30T00:00:00Z',
    '2000-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
  ],
  ErrorEquals: [['States.ALL'], ['States.ALL', 'x'], ['States.Nope'], ['States.Runtime'], [1]],
  Type: ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'],
  QueryLanguage: ['JSONPath', 'JSONata'],
  Mode: ['INLINE', 'DISTRIBUTED'],
  ExecutionType: ['STANDARD', 'EXPRESS'],
  Version: ['1.0', '1.1'],
  JitterStrategy: ['FULL', 'NONE'],
  InputType: ['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'],
  OutputType: ['JSON', 'JSONL'],
  Transformation: ['NONE', 'COMPACT', 'FLATTEN', 'LOAD_AND_FLATTEN'],
  CSVHeaderLocation: ['FIRST_ROW', 'GIVEN'],
  CSVDelimiter: ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'],
  Next: ['Pass', 'Inner'],
  Default: ['Pass', 'Inner'],
  StartAt: ['Pass', 'Inner'],
  Resource: [
    'arn:aws:states:::lambda:invoke',
    'arn:aws:states:::lambda:invoke.sync',
    'arn:aws:states:::nothing:invoke',
    'arn:aws:states:::aws-sdk:sqs:sendMessage',
    'arn:aws:states:::aws-sdk:sqs:nothing',
    'arn:aws:states:us-east-1:111111111111:activity:a',
    'arn:aws:lambda:us-east-1:111111111111:function:f',
    'arn:aws:states:::s3:getObject',
    'arn:aws:states:::s3:listObjectsV2',
    'arn:aws:states:::s3:putObject',
    'arn:aws',
  ],
};

const retrier = {
  ErrorEquals: ['A'],
  IntervalSeconds: 1,
  MaxAttempts: 3,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'NONE',
  Comment: 'c',
};

const comparisons = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

/** Each operator of a Choice with an operand. */
const operators: Readonly<Record<string, Json>> = {
  ...comparisonsOf('String', 'x'),
  ...comparisonsOf('Numeric', 1),
  ...comparisonsOf('Timestamp', '2026-01-01T00:00:00Z'),
  BooleanEquals: true,
  BooleanEqualsPath: '$.b',
  StringMatches: 'x*',
  IsNull: true,
  IsPresent: true,
  IsNumeric: true,
  IsString: true,
  IsBoolean: true,
  IsTimestamp: true,
};

function comparisonsOf(kind: string, operand: Json): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    comparisons.flatMap((name) => [
      [`${kind}${name}`, operand],
      [`${kind}${name}Path`, '$.b'],
    ]),
  );
}

const simple = { Variable: '$.a', IsNull: true };
const inner = { StartAt: 'Inner', States: { Inner: { Type: 'Succeed' } } };
const branch = { StartAt: 'Branch', States: { Branch: { Type: 'Succeed' } } };

const withPaths = {
  Pass: {
    Type: 'Pass',
    Comment: 'c',
    InputPath: '$.a',
    Parameters: { 'a.$': '$.b' },
    Result: 1,
    ResultPath: '$.c',
    OutputPath: '$.d',
    Assign: { 'v.$': '$.a' },
    Next: 'Task',
  },
  Task: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'f', 'Payload.$': '$' },
    Credentials: { 'RoleArn.$': '$.role' },
    ResultSelector: { 'a.$': '$.Payload' },
    TimeoutSeconds: 100,
    HeartbeatSeconds: 10,
    Retry: [retrier],
    Catch: [{ ErrorEquals: ['A'], Next: 'End', ResultPath: '$.e', Assign: { v: 1 }, Comment: 'c' }],
    Next: 'Paths',
  },
  Paths: {
    Type: 'Task',
    Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f',
    TimeoutSecondsPath: '$.t',
    HeartbeatSecondsPath: '$.h',
    Next: 'Choice',
  },
  Choice: {
    Type: 'Choice',
    Choices: [
      { And: [simple, { Not: simple }], Next: 'End', Comment: 'c', Assign: { v: 1 } },
      { Or: [simple], Next: 'End' },
    ],
    Default: 'Wait',
  },
  Wait: { Type: 'Wait', Seconds: 1, Next: 'Until' },
  Until: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', Next: 'WaitPath' },
  WaitPath: { Type: 'Wait', SecondsPath: '$.s', Next: 'UntilPath' },
  UntilPath: { Type: 'Wait', TimestampPath: '$.t', Next: 'Parallel' },
  Parallel: { Type: 'Parallel', Branches: [branch], ResultSelector: { a: 1 }, Next: 'Map' },
  Map: {
    Type: 'Map',
    ItemsPath: '$.list',
    ItemSelector: { 'v.$': '$$.Map.Item.Value' },
    MaxConcurrencyPath: '$.n',
    ToleratedFailureCountPath: '$.n',
    ToleratedFailurePercentagePath: '$.n',
    Label: 'Label',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      ...inner,
    },
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      Parameters: { Bucket: 'b', Key: 'k' },
      ReaderConfig: {
        InputType: 'CSV',
        MaxItemsPath: '$.n',
        CSVHeaderLocation: 'GIVEN',
        CSVHeaders: ['a'],
        CSVDelimiter: 'PIPE',
      },
    },
    ItemBatcher: {
      MaxItemsPerBatchPath: '$.n',
      MaxInputBytesPerBatchPath: '$.m',
      BatchInput: {},
    },
    ResultWriter: {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: { Bucket: 'b', Prefix: 'p' },
      WriterConfig: { OutputType: 'JSON', Transformation: 'NONE' },
    },
    Next: 'Fail',
  },
  Fail: { Type: 'Fail', ErrorPath: '$.e', CausePath: '$.c', Comment: 'c' },
  End: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' },
};

const withExpressions = {
  Pass: { Type: 'Pass', Output: { a: '{% 1 %}' }, Assign: { v: '{% 1 %}' }, Next: 'Task' },
  Task: {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl: 'u', MessageBody: '{% $states.context.Task.Token %}' },
    Credentials: { RoleArn: '{% $v %}' },
    TimeoutSeconds: 100,
    HeartbeatSeconds: 10,
    Output: '{% $states.result %}',
    Catch: [{ ErrorEquals: ['A'], Next: 'End', Output: '{% $states.errorOutput %}' }],
    Next: 'Choice',
  },
  Choice: {
    Type: 'Choice',
    Choices: [{ Condition: '{% true %}', Next: 'Wait', Output: 1, Assign: { v: 1 } }],
    Default: 'Wait',
  },
  Wait: { Type: 'Wait', Seconds: '{% 1 %}', Next: 'Until' },
  Until: { Type: 'Wait', Timestamp: '{% $now() %}', Next: 'Parallel' },
  Parallel: { Type: 'Parallel', Branches: [branch], Arguments: 1, Output: 1, Next: 'Map' },
  Map: {
    Type: 'Map',
    Items: '{% [1] %}',
    ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
    MaxConcurrency: 1,
    ToleratedFailureCount: 1,
    ToleratedFailurePercentage: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      ...inner,
    },
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      Arguments: { Bucket: 'b', Key: 'k' },
      ReaderConfig: {
        InputType: 'JSON',
        MaxItems: 5,
        ItemsPointer: '/a',
        ExpectedBucketOwner: '{% "1" %}',
      },
    },
    ItemBatcher: { MaxItemsPerBatch: 1, MaxInputBytesPerBatch: 1, BatchInput: '{% 1 %}' },
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b' } },
    Next: 'Fail',
  },
  Fail: { Type: 'Fail', Error: '{% "E" %}', Cause: 'c' },
  End: { Type: 'Succeed', Output: 1 },
};

/** A small machine, for the fields around its states. */
const machine = {
  Comment: 'c',
  StartAt: 'Pass',
  Version: '1.0',
  TimeoutSeconds: 60,
  QueryLanguage: 'JSONPath',
  States: {
    Pass: { Type: 'Pass', Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [branch], Next: 'Inner' },
    Inner: { Type: 'Succeed' },
  },
};

describe('each value of', () => {
  it.each(Object.entries(withPaths))('%s with paths is checked as before', async (name, state) => {
    const table = tableOf(state, reportOfState);
    await expect(table).toMatchFileSnapshot(`tables/${name}-paths.txt`);
  });

  it.each(Object.entries(withExpressions))(
    '%s with expressions is checked as before',
    async (name, state) => {
      const expressive = { QueryLanguage: 'JSONata', ...state };
      const table = tableOf(expressive, reportOfState);
      await expect(table).toMatchFileSnapshot(`tables/${name}-expressions.txt`);
    },
  );

  it('operators of a Choice is checked as before', async () => {
    const lines = Object.entries(operators).flatMap(([name, operand]) => {
      const state = { Type: 'Choice', Choices: [{ Variable: '$.a', [name]: operand, Next: 'X' }] };
      return linesOf(state, ['Choices', 0, name], reportOfState);
    });

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('tables/operators.txt');
  });

  it('a machine is checked as before', async () => {
    const table = tableOf(machine, reportOfMachine);
    await expect(table).toMatchFileSnapshot('tables/machine.txt');
  });
});

function tableOf(value: object, reportOn: Reporter): string {
  const table = placesOf(value).flatMap((place) => linesOf(value, place, reportOn));
  return `${table.join('\n')}\n`;
}

type Reporter = (value: unknown) => string;

type Place = readonly (string | number)[];

function placesOf(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [
    ...(place.length === 0 ? [] : [place]),
    ...members.flatMap(([name, member]) => placesOf(member, [...place, name])),
  ];
}

/** The values that are reported with the same messages are on one line. */
function linesOf(definition: object, place: Place, reportOn: Reporter): readonly string[] {
  const reports = new Map<string, string[]>();
  const more = limits[String(place.at(-1))] ?? [];
  for (const value of [undefined, ...values, ...more]) {
    const report = reportOn(replaced(definition, place, value));
    const shown = value === undefined ? 'nothing' : short(JSON.stringify(value));
    reports.set(report, [...(reports.get(report) ?? []), shown]);
  }
  return [
    place.join('.'),
    ...[...reports].map(([report, shown]) => `  ${shown.join(' ')}: ${report}`),
  ];
}

function short(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 9)}… (${text.length} characters)`;
}

function replaced(value: unknown, [name, ...rest]: Place, by: Json | undefined): unknown {
  if (name === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const members = copy as Record<string | number, unknown>;
  members[name] = replaced(members[name], rest, by);
  if (Array.isArray(copy)) return copy.filter((item) => item !== undefined);
  return copy;
}

function reportOfState(state: unknown): string {
  return reportOf(validateState(JSON.stringify(state), { severity: 'WARNING' }));
}

function reportOfMachine(definition: unknown): string {
  return reportOf(validate(JSON.stringify(definition), { severity: 'WARNING' }));
}

function reportOf(found: readonly Diagnostic[]): string {
  if (found.length === 0) return 'accepted';
  return found
    .map(({ severity, code, message, location }) => {
      const kind = severity === 'ERROR' ? '' : 'warning ';
      const place = location?.replace('/States/StateName', '') ?? '';
      return `${kind}${code} ${place} ${short(message.replaceAll('\n', '↵'))}`;
    })
    .join(' | ');
}
