import type { TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import { required } from '../constraints.ts';
import { limits } from '../limits.ts';
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
        definition: [required, { minLength: 1 }, { maxBytes: limits.definitionBytes }],
        roleArn: [{ minLength: 1 }, { maxLength: limits.arnCharacters }],
        input: [{ maxBytes: limits.payloadBytes }],
        inspectionLevel: [{ values: ['INFO', 'DEBUG', 'TRACE'] }],
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
