import type { TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import { required, shapes } from '../constraints.ts';
import { allow, operation } from '../operation.ts';
import type { StepFunctions } from '../step-functions.ts';
import { readRequest } from '../test-state/request.ts';
import { runState } from '../test-state/run-state.ts';
import { passRole } from './state-machines.ts';

/** Runs one state without a machine. */
export function testStateOperations(service: StepFunctions) {
  return {
    TestState: operation<TestStateInput, TestStateOutput>({
      constraints: {
        definition: required(shapes.Definition),
        roleArn: shapes.Arn,
        input: shapes.SensitiveData,
        inspectionLevel: { oneOf: ['INFO', 'DEBUG', 'TRACE'] },
        variables: shapes.SensitiveData,
        stateName: shapes.TestStateStateName,
        'mock.result': shapes.SensitiveData,
        'mock.errorOutput.error': shapes.SensitiveError,
        'mock.errorOutput.cause': shapes.SensitiveCause,
        'mock.fieldValidationMode': { oneOf: ['STRICT', 'PRESENT', 'NONE'] },
        context: shapes.SensitiveData,
        'stateConfiguration.retrierRetryCount': { minimum: 0 },
        'stateConfiguration.errorCausedByState': shapes.TestStateStateName,
        'stateConfiguration.mapIterationFailureCount': { minimum: 0 },
        'stateConfiguration.mapItemReaderData': shapes.SensitiveData,
      },
      permissions: ({ revealSecrets, roleArn }) => [
        ...allow('TestState', '*'),
        ...(revealSecrets === true ? allow('RevealSecrets', '*') : []),
        ...(roleArn === undefined ? [] : [passRole(roleArn)]),
      ],
      run: (input) => runState(service, input, readRequest(input)),
    }),
  };
}
