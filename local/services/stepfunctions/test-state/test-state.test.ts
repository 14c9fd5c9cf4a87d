import {
  SFNClient,
  TestStateCommand,
  type TestStateCommandInput,
  type TestStateCommandOutput,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createStepFunctionsService } from '../index.ts';

// Rules of https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
let runtime: TestRuntime;
let sfn: SFNClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createStepFunctionsService]);
  sfn = new SFNClient(runtime.clientConfig);
});

afterAll(async () => {
  sfn.destroy();
  await runtime.stop();
});

type Rest = Omit<TestStateCommandInput, 'definition' | 'input'>;

function test(
  state: object,
  rest: Rest = {},
  input: unknown = {},
): Promise<TestStateCommandOutput> {
  return sfn.send(
    new TestStateCommand({
      definition: JSON.stringify(state),
      input: JSON.stringify(input),
      ...rest,
    }),
  );
}

/** The sentence a test is refused with. */
async function refusalOf(state: object, rest: Rest = {}): Promise<string> {
  const refused = await test(state, rest).catch((error: unknown) => error);
  return refused instanceof Error ? `${refused.name}: ${refused.message}` : 'not refused';
}

const roleArn = 'arn:aws:iam::000000000000:role/any';
const pass = { Type: 'Pass', End: true };
const task = (resource: string, parameters: object = {}) => ({
  Type: 'Task',
  Resource: resource,
  Parameters: parameters,
  End: true,
});
const lambda = task('arn:aws:states:::lambda:invoke', { FunctionName: 'f' });
const error = { errorOutput: { error: 'Broken' } };
const processor = { StartAt: 'Item', States: { Item: pass } };
const inlineMap = { Type: 'Map', ItemProcessor: processor, End: true };
const distributedMap = {
  ...inlineMap,
  ItemProcessor: {
    ...processor,
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  },
};

describe('without a mock, TestState', () => {
  it.each([
    ['RetrierRetryCount', { retrierRetryCount: 1 }],
    ['ErrorCausedByState', { errorCausedByState: 'A' }],
    ['MapIterationFailureCount', { mapIterationFailureCount: 1 }],
    ['MapItemReaderData', { mapItemReaderData: '[]' }],
  ])('takes no %s', async (name, stateConfiguration) => {
    expect(await refusalOf(pass, { stateConfiguration })).toBe(
      `ValidationException: TestState does not support ${name} when a mock is not specified.`,
    );
  });

  it('takes no context', async () => {
    expect(await refusalOf(pass, { context: '{}' })).toBe(
      'ValidationException: TestState does not support Context when a mock is not specified.',
    );
  });

  it.each([
    task('arn:aws:states:us-east-1:000000000000:activity:a'),
    task('arn:aws:states:::states:startExecution.sync', { StateMachineArn: 'a' }),
    task('arn:aws:states:::states:startExecution.sync:2', { StateMachineArn: 'a' }),
    task('arn:aws:states:::sqs:sendMessage.waitForTaskToken', { QueueUrl: 'q', MessageBody: 'm' }),
  ])('does not run $Resource', async (state) => {
    expect(await refusalOf(state, { roleArn })).toMatch(
      /^ValidationException: .* not specified\.$/,
    );
    expect((await test(state, { mock: error })).error).toBe('Broken');
  });
});

describe('a mock', () => {
  it.each([{}, { result: '{}', ...error }])('%j is refused', async (mock) => {
    expect(await refusalOf(lambda, { mock })).toBe(
      'ValidationException: A test mock should have only one of the following fields: [result, errorOutput].',
    );
  });

  it.each([inlineMap, { Type: 'Parallel', Branches: [processor], End: true }])(
    'of an error in a $Type says which state of it failed',
    async (state) => {
      const caused = (errorCausedByState: string) => ({
        mock: error,
        stateConfiguration: { errorCausedByState },
      });

      expect(await refusalOf(state, { mock: error })).toMatch('ErrorCausedByState must be');
      expect(await refusalOf(state, caused('Nope'))).toMatch('State not found in definition');
      expect((await test(state, caused('Item'), [])).error).toBe('Broken');
    },
  );
});

const result = (value: unknown, fieldValidationMode?: 'PRESENT' | 'NONE') => ({
  mock: {
    result: JSON.stringify(value),
    ...(fieldValidationMode === undefined ? {} : { fieldValidationMode }),
  },
});
const broken = (rule: string) =>
  `ValidationException: Mock result schema validation error: Field ${rule}`;

// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html; the sentence is the one of a machine
describe('an AWS SDK integration that AWS does not have', () => {
  it.each(['nosuch:fooBar', 's3:getObjct'])('is refused: %s', async (action) => {
    const resource = `arn:aws:states:::aws-sdk:${action}`;
    const sentence = `InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/StateName/Resource'`;
    const machine = { StartAt: 'StateName', States: { StateName: task(resource) } };

    expect(await refusalOf(task(resource), { roleArn })).toBe(sentence);
    expect(await refusalOf(task(resource), result({}))).toBe(sentence);
    expect(await refusalOf(machine, { roleArn, stateName: 'StateName' })).toBe(sentence);
  });
});

describe('a mocked result', () => {
  const execution = task('arn:aws:states:::states:startExecution', { StateMachineArn: 'a' });
  const getFunction = task('arn:aws:states:::aws-sdk:lambda:getFunction', { FunctionName: 'f' });
  it.each([{}, { StartDate: 'now' }, { Unknown: 1 }])(
    'like %j lacks what STRICT demands and PRESENT does not',
    async (value) => {
      expect(await refusalOf(execution, result(value))).toBe(
        "ValidationException: Mock result schema validation error: Required field 'ExecutionArn' is missing",
      );
      expect((await test(execution, result(value, 'PRESENT'))).status).toBe('SUCCEEDED');
    },
  );

  it.each([
    [{ MemorySize: 127 }, "'MemorySize' is less than the minimum value"],
    [{ MemorySize: 10_241 }, "'MemorySize' exceeds the maximum value"],
    [{ EphemeralStorage: { Size: 10_241 } }, "'Size' exceeds the maximum value"],
    [{ Description: 'd'.repeat(257) }, "'Description' exceeds the maximum length"],
    [{ Runtime: 'cobol' }, "'Runtime' is not an expected value"],
    // A member whose enumeration has another name.
    [{ TracingConfig: { Mode: 'Sometimes' } }, "'Mode' is not an expected value"],
  ])('with %j breaks the API model', async (Configuration, rule) => {
    for (const mode of [undefined, 'PRESENT'] as const) {
      expect(await refusalOf(getFunction, result({ Configuration }, mode))).toBe(broken(rule));
    }
    expect((await test(getFunction, result({ Configuration }, 'NONE'))).status).toBe('SUCCEEDED');
  });

  it.each([{ MemorySize: 128 }, { MemorySize: 10_240 }, { Runtime: 'nodejs20.x' }])(
    'with %j fits it',
    async (Configuration) => {
      expect((await test(getFunction, result({ Configuration }))).status).toBe('SUCCEEDED');
    },
  );

  it('of a service is an object', async () => {
    expect(await refusalOf(execution, result([]))).toMatch('Mocked result must be a JSON object.');
  });

  it('of a job is what describes the job', async () => {
    const job = task('arn:aws:states:::states:startExecution.sync:2', { StateMachineArn: 'a' });

    expect(await refusalOf(job, result({ ExecutionArn: 'a', StartDate: 'now' }))).toMatch(
      "Required field 'StateMachineArn' is missing",
    );
    expect(
      await refusalOf(
        job,
        result({ ExecutionArn: 'a', StateMachineArn: 'a', StartDate: 'now', Status: 'DONE' }),
      ),
    ).toMatch("'Status' is not an expected value");
  });
});

describe('a mocked Map', () => {
  const debug = { inspectionLevel: 'DEBUG' as const, mock: { result: '[0,0]' } };
  const selector = { 'value.$': '$$.Map.Item.Value', 'at.$': '$$.Map.Item.Index' };

  it.each([
    ['inline', inlineMap],
    ['distributed', distributedMap],
  ])('shows what its %s items are made to', async (_mode, map) => {
    const { inspectionData } = await test({ ...map, ItemSelector: selector }, debug, ['a', 'b']);

    expect(JSON.parse(inspectionData?.afterItemSelector ?? '')).toEqual([
      { value: 'a', at: 0 },
      { value: 'b', at: 1 },
    ]);
  });

  it('shows its items in JSONata, too', async () => {
    const { inspectionData } = await test(
      {
        ...inlineMap,
        QueryLanguage: 'JSONata',
        Items: '{% $states.input %}',
        ItemSelector: { twice: '{% $states.context.Map.Item.Value * 2 %}' },
      },
      debug,
      [1, 2],
    );

    expect(inspectionData?.afterItemSelector).toBe('[{"twice":2},{"twice":4}]');
  });

  it('fails where an item cannot be selected', async () => {
    const map = { ...distributedMap, ItemSelector: { 'x.$': '$$.Map.Item.Value.missing' } };

    expect(await test(map, debug, [{}])).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });

  it('shows its batches', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { all: true } };

    const { inspectionData } = await test({ ...distributedMap, ItemBatcher }, debug, [1, 2, 3]);

    expect(JSON.parse(inspectionData?.afterItemBatcher ?? '')).toEqual([
      { BatchInput: { all: true }, Items: [1, 2] },
      { BatchInput: { all: true }, Items: [3] },
    ]);
  });

  it('reads its items from the data given for its reader', async () => {
    const ItemReader = {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON', ItemsPointer: '/orders' },
      Parameters: { Bucket: 'b', Key: 'k' },
    };

    const { inspectionData } = await test(
      { ...distributedMap, ItemReader, ItemSelector: { 'from.$': '$$.Map.Item.Source' } },
      { ...debug, stateConfiguration: { mapItemReaderData: '{"orders":[7]}' } },
    );

    expect(inspectionData).toMatchObject({
      afterItemsPointer: '[7]',
      afterItemSelector: '[{"from":"S3://b/k"}]',
    });
  });

  it('fails where the data given for its reader is none', async () => {
    const listing = {
      ...distributedMap,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Parameters: { Bucket: 'b' },
      },
    };
    const reading = (mapItemReaderData: string) =>
      test(listing, { ...debug, stateConfiguration: { mapItemReaderData } });

    expect(await reading('none')).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
    });
    const listed = [{ Key: 'a', LastModified: '2026-01-01T00:00:00Z' }];
    expect((await reading(JSON.stringify(listed))).status).toBe('SUCCEEDED');
  });

  it('has no more failed iterations than items', async () => {
    const map = { ...distributedMap, ToleratedFailurePercentage: 100 };

    expect(
      (await test(map, { ...debug, stateConfiguration: { mapIterationFailureCount: 2 } }, [1, 2]))
        .status,
    ).toBe('SUCCEEDED');
    await expect(
      test(map, { ...debug, stateConfiguration: { mapIterationFailureCount: 3 } }, [1, 2]),
    ).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

it.each([5, 86_400, 60 * 86_400])('lets a Wait of %d seconds pass at once', async (Seconds) => {
  const tested = await test({ Type: 'Wait', Seconds, Next: 'After' }, {}, { kept: 1 });

  expect(tested).toMatchObject({ status: 'SUCCEEDED', nextState: 'After', output: '{"kept":1}' });
});

// As the recorded causes of TestState, which all go without it.
it('names no state in a cause, nor in what a Catch is given of it', async () => {
  const Assign = { broken: '{% $nothing %}' };
  const rest = { roleArn, mock: { result: '{"Payload":{}}' }, inspectionLevel: 'DEBUG' } as const;
  const tested = { ...lambda, Parameters: undefined, Arguments: lambda.Parameters, Assign };
  const language = { QueryLanguage: 'JSONata' };

  const failed = await test({ ...tested, ...language }, rest);
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const caught = await test({ ...tested, ...language, Catch }, rest);

  expect(failed.cause).toMatch(/^The JSONata expression '\$nothing'/);
  expect(JSON.parse(caught.output ?? '')).toMatchObject({ Cause: failed.cause });
});

it('shows the data of the state and not of the next', async () => {
  // The example of the guide, but for its `OutputPath`, which leaves more.
  const state = {
    Type: 'Pass',
    InputPath: '$.payload',
    Parameters: { data: 1 },
    ResultPath: '$.result',
    OutputPath: '$.result',
    Next: 'Another State',
  };

  const answer = await sfn.send(
    new TestStateCommand({
      definition: JSON.stringify(state),
      input: '{"payload": {"foo": "bar"}}',
      inspectionLevel: 'DEBUG',
    }),
  );

  expect(answer).toMatchObject({
    output: '{"data":1}',
    nextState: 'Another State',
    status: 'SUCCEEDED',
    inspectionData: {
      input: '{"payload": {"foo": "bar"}}',
      afterInputPath: '{"foo":"bar"}',
      afterParameters: '{"data":1}',
      afterResultSelector: '{"data":1}',
      afterResultPath: '{"payload":{"foo":"bar"},"result":{"data":1}}',
    },
  });
});

it.each([
  ['INLINE', {}],
  ['DISTRIBUTED', { ExecutionType: 'STANDARD' }],
])('gives a state in an %s Map the context of its first item', async (Mode, more) => {
  const read = { Type: 'Pass', Parameters: { 'item.$': '$$.Map.Item' }, End: true };
  const machine = {
    StartAt: 'Each',
    States: {
      Each: {
        ...inlineMap,
        ItemProcessor: {
          ProcessorConfig: { Mode, ...more },
          StartAt: 'Read',
          States: { Read: read },
        },
      },
    },
  };

  const { output } = await test(machine, { stateName: 'Read' }, { a: 1 });

  expect(JSON.parse(output ?? '')).toEqual({
    item: {
      Index: 0,
      Value: { a: 1 },
      ...(Mode === 'DISTRIBUTED' ? { Source: 'STATE_DATA' } : {}),
    },
  });
});
