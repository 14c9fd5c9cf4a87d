import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../cloud/service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';
import { administrator } from './role.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([createStepFunctionsService]);
});

afterAll(async () => {
  await runtime.stop();
});

/** What the API model finds wrong with a request; undefined if the operation itself got to see it. */
async function violationsOf(operation: string, input: object): Promise<string | undefined> {
  try {
    await runtime.cloud.call(administrator(runtime.cloud), 'stepfunctions', operation, input);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return /validation errors? detected/.test(error.message) ? error.message : undefined;
  }
}

const text = (length: number) => 'x'.repeat(length);
const arnOf = (kind: string, length: number) => {
  const start = `arn:aws:states:us-east-1:000000000000:${kind}:`;
  return start + text(length - start.length);
};
const json = (length: number) => `"${text(length - 2)}"`;
const machine = arnOf('stateMachine', 60);
const execution = `${arnOf('execution', 60)}:run`;
const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
const created = { name: 'm', definition, roleArn: 'arn:aws:iam::000000000000:role/any' };
const longDefinition = (length: number) => {
  const shell = JSON.stringify({ ...JSON.parse(definition), Comment: '' });
  return shell.replace('"Comment":""', `"Comment":"${text(length - shell.length)}"`);
};
const route = (weight: number, count: number) => ({
  name: 'live',
  routingConfiguration: Array.from({ length: count }, (_, index) => ({
    stateMachineVersionArn: `${machine}:${index + 1}`,
    weight,
  })),
});
const logging = (logGroupArn: string) => ({
  loggingConfiguration: { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] },
});
const encryption = (more: object) => ({
  ...created,
  encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', ...more },
});
const testState = (more: object) => ({ definition: '{"Type":"Succeed"}', ...more });

/** Lengths: the operation, the member as the message names it, the most characters, the request. */
const longest: readonly (readonly [string, string, number, (length: number) => object])[] = [
  ['CreateActivity', 'name', 80, (length) => ({ name: text(length) })],
  [
    'CreateActivity',
    'tags.2.member.key',
    128,
    (length) => ({ name: 'a', tags: [{ key: 'k' }, { key: text(length) }] }),
  ],
  [
    'CreateActivity',
    'tags.1.member.value',
    256,
    (length) => ({ name: 'a', tags: [{ key: 'k', value: text(length) }] }),
  ],
  ['CreateStateMachine', 'name', 80, (length) => ({ ...created, name: text(length) })],
  [
    'CreateStateMachine',
    'definition',
    1_048_576,
    (length) => ({ ...created, definition: longDefinition(length) }),
  ],
  ['CreateStateMachine', 'roleArn', 256, (length) => ({ ...created, roleArn: text(length) })],
  [
    'CreateStateMachine',
    'versionDescription',
    256,
    (length) => ({ ...created, publish: true, versionDescription: text(length) }),
  ],
  [
    'CreateStateMachine',
    'loggingConfiguration.destinations.1.member.cloudWatchLogsLogGroup.logGroupArn',
    256,
    (length) => ({ ...created, ...logging(text(length)) }),
  ],
  [
    'CreateStateMachine',
    'encryptionConfiguration.kmsKeyId',
    2_048,
    (length) => encryption({ kmsKeyId: text(length) }),
  ],
  [
    'UpdateStateMachine',
    'stateMachineArn',
    256,
    (length) => ({ stateMachineArn: arnOf('stateMachine', length) }),
  ],
  [
    'UpdateStateMachine',
    'definition',
    1_048_576,
    (length) => ({ stateMachineArn: machine, definition: longDefinition(length) }),
  ],
  [
    'PublishStateMachineVersion',
    'description',
    256,
    (length) => ({ stateMachineArn: machine, description: text(length) }),
  ],
  [
    'DeleteStateMachineVersion',
    'stateMachineVersionArn',
    2_000,
    (length) => ({ stateMachineVersionArn: `${arnOf('stateMachine', length - 2)}:1` }),
  ],
  ['CreateStateMachineAlias', 'name', 80, (length) => ({ ...route(100, 1), name: text(length) })],
  [
    'CreateStateMachineAlias',
    'description',
    256,
    (length) => ({ ...route(100, 1), description: text(length) }),
  ],
  [
    'UpdateStateMachineAlias',
    'stateMachineAliasArn',
    256,
    (length) => ({ stateMachineAliasArn: `${arnOf('stateMachine', length - 2)}:a` }),
  ],
  ['StartExecution', 'name', 80, (length) => ({ stateMachineArn: machine, name: text(length) })],
  [
    'StartExecution',
    'input',
    262_144,
    (length) => ({ stateMachineArn: machine, input: json(length) }),
  ],
  [
    'StartExecution',
    'traceHeader',
    256,
    (length) => ({ stateMachineArn: machine, traceHeader: text(length) }),
  ],
  [
    'StartSyncExecution',
    'input',
    262_144,
    (length) => ({ stateMachineArn: machine, input: json(length) }),
  ],
  ['StopExecution', 'error', 256, (length) => ({ executionArn: execution, error: text(length) })],
  [
    'StopExecution',
    'cause',
    32_768,
    (length) => ({ executionArn: execution, cause: text(length) }),
  ],
  [
    'RedriveExecution',
    'clientToken',
    64,
    (length) => ({ executionArn: execution, clientToken: text(length) }),
  ],
  [
    'DescribeMapRun',
    'mapRunArn',
    2_000,
    (length) => ({ mapRunArn: `${arnOf('mapRun', length - 2)}:1` }),
  ],
  ['ListStateMachines', 'nextToken', 1_024, (length) => ({ nextToken: text(length) })],
  ['ListActivities', 'nextToken', 1_024, (length) => ({ nextToken: text(length) })],
  [
    'ListMapRuns',
    'nextToken',
    1_024,
    (length) => ({ executionArn: execution, nextToken: text(length) }),
  ],
  [
    'ListExecutions',
    'nextToken',
    3_096,
    (length) => ({ stateMachineArn: machine, nextToken: text(length) }),
  ],
  [
    'ListExecutions',
    'mapRunArn',
    2_000,
    (length) => ({ mapRunArn: `${arnOf('mapRun', length - 2)}:1` }),
  ],
  [
    'GetExecutionHistory',
    'nextToken',
    1_024,
    (length) => ({ executionArn: execution, nextToken: text(length) }),
  ],
  [
    'GetActivityTask',
    'workerName',
    80,
    (length) => ({ activityArn: arnOf('activity', 60), workerName: text(length) }),
  ],
  ['SendTaskSuccess', 'taskToken', 2_048, (length) => ({ taskToken: text(length), output: '1' })],
  ['SendTaskSuccess', 'output', 262_144, (length) => ({ taskToken: 't', output: json(length) })],
  ['SendTaskFailure', 'error', 256, (length) => ({ taskToken: 't', error: text(length) })],
  ['SendTaskFailure', 'cause', 32_768, (length) => ({ taskToken: 't', cause: text(length) })],
  ['SendTaskHeartbeat', 'taskToken', 2_048, (length) => ({ taskToken: text(length) })],
  ['TestState', 'variables', 262_144, (length) => testState({ variables: json(length) })],
  ['TestState', 'stateName', 80, (length) => testState({ stateName: text(length) })],
  ['TestState', 'context', 262_144, (length) => testState({ context: json(length) })],
  ['TestState', 'mock.result', 262_144, (length) => testState({ mock: { result: json(length) } })],
  [
    'TestState',
    'mock.errorOutput.error',
    256,
    (length) => testState({ mock: { errorOutput: { error: text(length) } } }),
  ],
  [
    'TestState',
    'mock.errorOutput.cause',
    32_768,
    (length) => testState({ mock: { errorOutput: { cause: text(length) } } }),
  ],
  [
    'TestState',
    'stateConfiguration.errorCausedByState',
    80,
    (length) => testState({ stateConfiguration: { errorCausedByState: text(length) } }),
  ],
  [
    'ValidateStateMachineDefinition',
    'definition',
    1_048_576,
    (length) => ({ definition: longDefinition(length) }),
  ],
];

/** Numbers: the operation, the member, the least, the most (undefined for none), the request. */
const ranges: readonly (readonly [
  string,
  string,
  number,
  number | undefined,
  (value: number) => object,
])[] = [
  ['ListStateMachines', 'maxResults', 0, 1_000, (maxResults) => ({ maxResults })],
  ['ListActivities', 'maxResults', 0, 1_000, (maxResults) => ({ maxResults })],
  [
    'ListExecutions',
    'maxResults',
    0,
    1_000,
    (maxResults) => ({ stateMachineArn: machine, maxResults }),
  ],
  [
    'ListStateMachineVersions',
    'maxResults',
    0,
    1_000,
    (maxResults) => ({ stateMachineArn: machine, maxResults }),
  ],
  [
    'ListStateMachineAliases',
    'maxResults',
    0,
    1_000,
    (maxResults) => ({ stateMachineArn: machine, maxResults }),
  ],
  [
    'ListMapRuns',
    'maxResults',
    0,
    1_000,
    (maxResults) => ({ executionArn: execution, maxResults }),
  ],
  [
    'GetExecutionHistory',
    'maxResults',
    0,
    1_000,
    (maxResults) => ({ executionArn: execution, maxResults }),
  ],
  [
    'ValidateStateMachineDefinition',
    'maxResults',
    0,
    100,
    (maxResults) => ({ definition, maxResults }),
  ],
  [
    'CreateStateMachineAlias',
    'routingConfiguration.1.member.weight',
    0,
    100,
    (weight) => route(weight, 1),
  ],
  [
    'CreateStateMachine',
    'encryptionConfiguration.kmsDataKeyReusePeriodSeconds',
    60,
    900,
    (seconds) => encryption({ kmsDataKeyReusePeriodSeconds: seconds }),
  ],
  [
    'UpdateMapRun',
    'maxConcurrency',
    0,
    undefined,
    (maxConcurrency) => ({ mapRunArn: machine, maxConcurrency }),
  ],
  [
    'UpdateMapRun',
    'toleratedFailurePercentage',
    0,
    100,
    (percentage) => ({ mapRunArn: machine, toleratedFailurePercentage: percentage }),
  ],
  [
    'UpdateMapRun',
    'toleratedFailureCount',
    0,
    undefined,
    (count) => ({ mapRunArn: machine, toleratedFailureCount: count }),
  ],
  [
    'TestState',
    'stateConfiguration.retrierRetryCount',
    0,
    undefined,
    (count) => testState({ stateConfiguration: { retrierRetryCount: count } }),
  ],
  [
    'TestState',
    'stateConfiguration.mapIterationFailureCount',
    0,
    undefined,
    (count) => testState({ stateConfiguration: { mapIterationFailureCount: count } }),
  ],
];

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
describe('the constraints of the API model', () => {
  it.each(longest)(
    '%s takes so many characters as %s and no more',
    async (operation, member, most, request) => {
      expect(await violationsOf(operation, request(most))).toBeUndefined();
      expect(await violationsOf(operation, request(most + 1))).toMatch(
        `at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
      );
    },
  );

  it.each(ranges)(
    '%s takes numbers within the range of %s',
    async (operation, member, least, most, request) => {
      expect(await violationsOf(operation, request(least))).toBeUndefined();
      expect(await violationsOf(operation, request(least - 1))).toBe(
        `1 validation error detected: Value '${least - 1}' at '${member}' failed to satisfy constraint: Member must have value greater than or equal to ${least}`,
      );
      if (most === undefined) return;
      expect(await violationsOf(operation, request(most))).toBeUndefined();
      expect(await violationsOf(operation, request(most + 1))).toBe(
        `1 validation error detected: Value '${most + 1}' at '${member}' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
      );
    },
  );

  it('lets an alias lead to two versions at most', async () => {
    expect(await violationsOf('CreateStateMachineAlias', route(50, 2))).toBeUndefined();
    expect(await violationsOf('CreateStateMachineAlias', route(33, 3))).toContain(
      "weight=33)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2",
    );
    expect(await violationsOf('CreateStateMachineAlias', route(33, 0))).toBe(
      "1 validation error detected: Value '[]' at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });

  // Neighbours of the recorded answer for `statusFilter`; see `enumSet`.
  it.each([
    ['CreateStateMachine', { ...created, type: 'standard' }, 'type', '[EXPRESS, STANDARD]'],
    [
      'CreateStateMachine',
      { ...created, loggingConfiguration: { level: 'INFO' } },
      'loggingConfiguration.level',
      '[ALL, FATAL, ERROR, OFF]',
    ],
    [
      'ListExecutions',
      { stateMachineArn: machine, redriveFilter: 'x' },
      'redriveFilter',
      '[NOT_REDRIVEN, REDRIVEN]',
    ],
    [
      'DescribeExecution',
      { executionArn: execution, includedData: 'x' },
      'includedData',
      '[ALL_DATA, METADATA_ONLY]',
    ],
    [
      'ValidateStateMachineDefinition',
      { definition, severity: 'INFO' },
      'severity',
      '[ERROR, WARNING]',
    ],
    ['TestState', testState({ inspectionLevel: 'ALL' }), 'inspectionLevel', '[TRACE, INFO, DEBUG]'],
    [
      'TestState',
      testState({ mock: { fieldValidationMode: 'x' } }),
      'mock.fieldValidationMode',
      '[STRICT, NONE, PRESENT]',
    ],
  ])('%s names the valid values of %j', async (operation, input, member, values) => {
    expect(await violationsOf(operation, input)).toMatch(
      `at '${member}' failed to satisfy constraint: Member must satisfy enum value set: ${values}`,
    );
  });

  // The model gives this pattern, unlike those of other names, which the service itself checks.
  it.each(['with space', 'ünïcode', '123', 'a/b', 'a:b'])(
    'refuses the alias name %j',
    async (name) => {
      expect(await violationsOf('CreateStateMachineAlias', { ...route(100, 1), name })).toBe(
        String.raw`1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`,
      );
    },
  );

  it.each([
    ['RedriveExecution', { executionArn: execution, clientToken: 'a b' }, 'clientToken', '[!-~]+'],
    [
      'StartExecution',
      { stateMachineArn: machine, traceHeader: 'é' },
      'traceHeader',
      '\\p{ASCII}*',
    ],
  ])('%s refuses characters that its pattern lacks', async (operation, input, member, pattern) => {
    expect(await violationsOf(operation, input)).toContain(
      `at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
    );
  });

  // As AWS was seen to tell of items of lists: once for the list, with all that the model says of them.
  it('reports a tag key that is too long', async () => {
    const tagKeys = [text(129)];

    expect(await violationsOf('UntagResource', { resourceArn: machine, tagKeys })).toBe(
      `1 validation error detected: Value '[${text(129)}]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
    );
    expect(
      await violationsOf('UntagResource', { resourceArn: machine, tagKeys: [text(128)] }),
    ).toBeUndefined();
  });

  it('reports all missing members together', async () => {
    expect(await violationsOf('CreateStateMachine', {})).toBe(
      "3 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value at 'definition' failed to satisfy constraint: Member must not be null; Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    );
  });
});
