import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import { apiBefore, awsError, problemOf, resources } from '../api.testing.ts';

const machine = {
  StartAt: 'Pass',
  States: {
    Pass: { Type: 'Pass' },
    Task: { Type: 'Task' },
    Map: { Type: 'Map', ItemProcessor: { States: { 'In map': { Type: 'Choice' } } } },
    'Old map': { Type: 'Map', Iterator: { States: { 'In old map': { Type: 'Wait' } } } },
    Parallel: {
      Type: 'Parallel',
      Branches: [{ States: {} }, { States: { 'In branch': { Type: 'Succeed' } } }],
    },
    Broken: ['no', 'state'],
  },
};
const definition = JSON.stringify(machine);
const executionArn = 'arn:aws:states:us-east-1:1:execution:abalone-training:run';
const named = { project: 'abalone', workflow: 'training', execution: 'run' };

const testing: Answers = {
  DescribeStateMachineForExecution: () => ({ definition }),
  DescribeExecution: () => ({
    name: 'run',
    input: '{"key":"k"}',
    startDate: new Date('2026-11-29T19:00:00Z'),
    redriveCount: 1,
    status: 'FAILED',
  }),
  TestState: () => ({ status: 'SUCCEEDED', output: '{"a":1}', nextState: 'Task' }),
};

async function test(body: object, answers: Answers = testing) {
  const api = apiBefore(answers);
  const answer = await api.call('testState', { body: { ...named, ...body } });
  return { api, answer, sent: api.sent('TestState') };
}

describe('a test of a state', () => {
  it('runs the state of the definition that the execution runs', async () => {
    const { answer, sent, api } = await test({
      state: 'Pass',
      input: { x: 1 },
      variables: { v: 2 },
    });
    expect(answer.body).toEqual({
      status: 'SUCCEEDED',
      output: { a: 1 },
      nextState: 'Task',
      inspection: {},
    });
    expect(sent).toEqual([
      {
        definition,
        stateName: 'Pass',
        input: '{"x":1}',
        inspectionLevel: 'DEBUG',
        variables: '{"v":2}',
        mock: undefined,
        stateConfiguration: undefined,
        context: undefined,
      },
    ]);
    expect(api.sent('DescribeStateMachineForExecution')).toEqual([{ executionArn }]);
    expect(api.sent('DescribeExecution')).toEqual([]);
  });

  it('runs the state of a changed definition, with an empty input', async () => {
    const changed = { StartAt: 'New', States: { New: { Type: 'Pass' } } };
    const { sent, api } = await test({ state: 'New', definition: changed });
    expect(sent).toMatchObject([
      { definition: JSON.stringify(changed), stateName: 'New', input: '{}', variables: undefined },
    ]);
    expect(api.sent('DescribeStateMachineForExecution')).toEqual([]);
  });

  it('mocks what a task gives, in the context of the execution', async () => {
    const { sent } = await test({ state: 'Task', mock: { result: { b: 2 } } });
    const [{ context, mock, stateConfiguration } = {}] = sent as {
      readonly context?: string;
      readonly mock?: object;
      readonly stateConfiguration?: object;
    }[];
    expect([mock, stateConfiguration]).toEqual([{ result: '{"b":2}' }, undefined]);
    expect(JSON.parse(context ?? '')).toEqual({
      Execution: {
        Id: executionArn,
        Name: 'run',
        Input: { key: 'k' },
        StartTime: '2026-11-29T19:00:00.000Z',
        RedriveCount: 1,
      },
      State: { Name: 'Task', EnteredTime: '2026-11-29T20:00:00.000Z', RetryCount: 0 },
      StateMachine: { Id: resources.trainingStateMachineArn, Name: 'abalone-training' },
    });
  });

  it('mocks an error after so many retries', async () => {
    const { sent } = await test({
      state: 'Task',
      mock: { error: 'E', cause: 'C' },
      retryCount: 2,
    });
    const [{ context, ...asked } = { context: '' }] = sent as { readonly context: string }[];
    expect(asked).toMatchObject({
      mock: { errorOutput: { error: 'E', cause: 'C' } },
      stateConfiguration: { retrierRetryCount: 2 },
    });
    expect(JSON.parse(context)).toMatchObject({ State: { RetryCount: 2 } });
  });

  it('of an execution without an input has an empty one in its context', async () => {
    const { sent } = await test(
      { state: 'Task', mock: { result: null } },
      { ...testing, DescribeExecution: () => ({ name: 'run' }) },
    );
    const [{ context, mock } = { context: '' }] = sent as { context: string; mock?: object }[];
    expect(mock).toEqual({ result: 'null' });
    expect(JSON.parse(context)).toMatchObject({ Execution: { Input: {}, RedriveCount: 0 } });
  });

  it.each([
    ['Pass', undefined],
    ['In map', undefined],
    ['In old map', undefined],
    ['In branch', undefined],
    ['Map', { result: [] }],
    ['Parallel', { result: [] }],
  ])('finds the state %s', async (state, mock) => {
    const { answer } = await test({ state, ...(mock === undefined ? {} : { mock }) });
    expect(answer.status).toBe(200);
  });

  it.each(['None', 'States', 'toString', 'Broken'])('does not find the state %s', async (state) => {
    const { answer, sent } = await test({ state });
    expect(problemOf(answer)).toEqual({
      status: 404,
      kind: 'state-not-found',
      detail: `The definition has no state ${state}.`,
    });
    expect(sent).toEqual([]);
  });

  it.each(['[]', 'null', 'not JSON', '{"States":[]}'])(
    'finds no state in the definition %s',
    async (text) => {
      const { answer } = await test(
        { state: 'Pass' },
        { ...testing, DescribeStateMachineForExecution: () => ({ definition: text }) },
      );
      expect(problemOf(answer).kind).toBe('state-not-found');
    },
  );

  it.each([
    ['Task', {}, 'mock', 'Task is a Task state, which a test does not run; send a mock'],
    ['Map', {}, 'mock', 'Map is a Map state, which a test does not run; send a mock'],
    [
      'Parallel',
      {},
      'mock',
      'Parallel is a Parallel state, which a test does not run; send a mock',
    ],
    [
      'Pass',
      { mock: { result: 1 } },
      'mock',
      'Pass is a Pass state, which runs as it is; leave the mock out',
    ],
    ['Pass', { retryCount: 1 }, 'retryCount', 'belongs to a mocked error'],
    ['Task', { mock: { result: 1 }, retryCount: 0 }, 'retryCount', 'belongs to a mocked error'],
  ])('of %s with %j is malformed', async (state, more, field, detail) => {
    const { answer, sent } = await test({ state, ...more });
    expect(problemOf(answer)).toEqual({
      status: 400,
      kind: 'malformed-request',
      detail: 'The request has a mistake; nothing was tested.',
      errors: [{ pointer: `#/${field}`, detail }],
    });
    expect(sent).toEqual([]);
  });

  it('gives an error, and the values on their way', async () => {
    const { answer } = await test(
      { state: 'Pass' },
      {
        ...testing,
        TestState: () => ({
          error: 'States.QueryEvaluationError',
          cause: 'No field',
          inspectionData: { input: '{"x":1}', text: 'plain', toleratedFailureCount: 3 },
        }),
      },
    );
    expect(answer.body).toEqual({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: 'No field',
      inspection: { input: { x: 1 }, text: 'plain', toleratedFailureCount: 3 },
    });
  });

  it.each([
    ['InvalidArn', 422],
    ['InvalidDefinition', 422],
    ['InvalidExecutionInput', 422],
    ['ValidationException', 422],
    ['AccessDeniedException', 500],
  ])('that Step Functions answers with %s has the status %i', async (name, status) => {
    const { answer } = await test(
      { state: 'Pass' },
      {
        ...testing,
        TestState: () => {
          throw awsError(name, 'No such field');
        },
      },
    );
    expect(answer.status).toBe(status);
    if (status === 422) {
      expect(problemOf(answer)).toEqual({
        status,
        kind: 'test-refused',
        detail: `${name}: No such field`,
      });
    }
  });
});
