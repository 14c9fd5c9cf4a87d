import type { TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import { allow, operation } from '../operation.ts';
import type { StepFunctions } from '../step-functions.ts';
import { readRequest } from '../test-state/request.ts';
import { runState } from '../test-state/run-state.ts';
import { passRole } from './state-machines.ts';

/** Runs one state without a machine. */
export function testStateOperations(service: StepFunctions) {
  return {
    TestState: operation<TestStateInput, TestStateOutput>({
      permissions: ({ revealSecrets, roleArn }) => [
        ...allow('TestState', '*'),
        ...(revealSecrets === true ? allow('RevealSecrets', '*') : []),
        ...(roleArn === undefined ? [] : [passRole(roleArn)]),
      ],
      run: (input) => runState(service, input, readRequest(input)),
    }),
  };
}
