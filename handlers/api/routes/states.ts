import {
  InspectionLevel,
  TestStateCommand,
  type TestStateCommandInput,
  type TestStateCommandOutput,
} from '@aws-sdk/client-sfn';
import type { RequestOf, Routes } from '../../../api/index.ts';
import type { Api } from '../api-state.ts';
import {
  describeExecution,
  executionArnOf,
  machineOf,
  parse,
  readDefinition,
} from '../executions.ts';
import { findState } from '../find-state.ts';
import { ProblemError } from '../problem-error.ts';
import type { RouteFunction } from '../route-function.ts';

type Test = RequestOf<Routes['testState']>['body'];

/** What a test cannot run, because it would call services. */
const NEED_MOCK: readonly string[] = ['Task', 'Map', 'Parallel'];

export const testState: RouteFunction<Routes['testState']> = async ({ body }, { api }) => {
  const { resources } = await api.project(body.project);
  const executionArn = executionArnOf(resources, body.workflow, body.execution);
  const definition =
    body.definition === undefined
      ? await readDefinition(api, executionArn)
      : JSON.stringify(body.definition);
  const state = findState(parse(definition), body.state);
  if (state === undefined) {
    throw new ProblemError('state-not-found', `The definition has no state ${body.state}.`);
  }
  judgeMock(body, String(state['Type']));
  const context =
    body.mock === undefined
      ? undefined
      : await renderContext(api, body, {
          executionArn,
          machineArn: machineOf(resources, body.workflow) ?? '',
        });
  const tested = await api.clients.states
    .send(new TestStateCommand({ definition, ...renderTest(body), context }))
    .catch(explainTest);
  return describeTest(tested);
};

/** @throws ProblemError `malformed-request` */
function judgeMock({ mock, retryCount, state }: Test, type: string): void {
  const needsMock = NEED_MOCK.includes(type);
  if (needsMock && mock === undefined) {
    throw malformed(
      '#/mock',
      `${state} is a ${type} state, which a test does not run; send a mock`,
    );
  }
  if (!needsMock && mock !== undefined) {
    throw malformed(
      '#/mock',
      `${state} is a ${type} state, which runs as it is; leave the mock out`,
    );
  }
  if (retryCount !== undefined && (mock === undefined || !('error' in mock))) {
    throw malformed('#/retryCount', 'belongs to a mocked error');
  }
}

function malformed(pointer: string, detail: string): ProblemError {
  return new ProblemError('malformed-request', 'The request has a mistake; nothing was tested.', [
    { pointer, detail },
  ]);
}

function renderTest({
  state,
  input = {},
  variables,
  mock,
  retryCount,
}: Test): Omit<TestStateCommandInput, 'definition'> {
  return {
    stateName: state,
    input: JSON.stringify(input),
    inspectionLevel: InspectionLevel.DEBUG,
    variables: variables === undefined ? undefined : JSON.stringify(variables),
    mock: mock === undefined ? undefined : renderMock(mock),
    stateConfiguration: retryCount === undefined ? undefined : { retrierRetryCount: retryCount },
  };
}

function renderMock(mock: NonNullable<Test['mock']>): TestStateCommandInput['mock'] {
  return 'error' in mock
    ? { errorOutput: { error: mock.error, cause: mock.cause } }
    : { result: JSON.stringify(mock.result ?? null) };
}

/** `$states.context` as the execution had it; Step Functions takes it with a mock only. */
async function renderContext(
  api: Api,
  { state, retryCount = 0 }: Test,
  { executionArn, machineArn }: { readonly executionArn: string; readonly machineArn: string },
): Promise<string> {
  const { name, input, startDate, redriveCount = 0 } = await describeExecution(api, executionArn);
  return JSON.stringify({
    Execution: {
      Id: executionArn,
      Name: name,
      Input: parse(input ?? '{}'),
      StartTime: startDate?.toISOString(),
      RedriveCount: redriveCount,
    },
    State: {
      Name: state,
      EnteredTime: new Date(api.options.now()).toISOString(),
      RetryCount: retryCount,
    },
    StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) },
  });
}

/** Errors with which Step Functions refuses a test. */
const REFUSALS: readonly string[] = [
  'InvalidArn',
  'InvalidDefinition',
  'InvalidExecutionInput',
  'ValidationException',
];

function explainTest(error: Error): never {
  if (!REFUSALS.includes(error.name)) throw error;
  throw new ProblemError('test-refused', `${error.name}: ${error.message}`);
}

function describeTest(tested: TestStateCommandOutput) {
  const { status = 'FAILED', output, error, cause, nextState, inspectionData = {} } = tested;
  const inspection = Object.entries(inspectionData).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? parse(value) : value,
  ]);
  return {
    status,
    output: output === undefined ? undefined : parse(output),
    error,
    cause,
    nextState,
    inspection: Object.fromEntries(inspection),
  };
}
