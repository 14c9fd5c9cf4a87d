import type { SFN, TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { allow } from '../operation.ts';
import type { StepFunctionsState } from '../state.ts';
import { readRequest } from '../test-state/request.ts';
import { runState } from '../test-state/run-state.ts';
import { passRole } from './state-machines.ts';

/** Runs one state without a state machine. */
export const testStateOperations: OperationTable<SFN, StepFunctionsState> = {
  TestState: {
    readOnly: true,
    permissions: ({ revealSecrets, roleArn }: TestStateInput) => [
      ...allow('TestState', '*'),
      ...(revealSecrets === true ? allow('RevealSecrets', '*') : []),
      ...(roleArn === undefined ? [] : [passRole(roleArn)]),
    ],
    run: async (input: TestStateInput, state): Promise<TestStateOutput> =>
      runState(state, input, await readRequest(input)),
  },
};
