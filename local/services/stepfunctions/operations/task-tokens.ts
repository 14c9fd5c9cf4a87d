import type {
  SendTaskFailureInput,
  SendTaskFailureOutput,
  SendTaskHeartbeatInput,
  SendTaskHeartbeatOutput,
  SendTaskSuccessInput,
  SendTaskSuccessOutput,
  SFN,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { InvalidOutput, TaskTimedOut } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { allow, given } from '../operation.ts';
import type { StepFunctionsState } from '../state.ts';

/** The callbacks with a task token: from activity workers, and for `.waitForTaskToken`. */
export const taskTokenOperations: OperationTable<SFN, StepFunctionsState> = {
  SendTaskSuccess: {
    permissions: ({ taskToken }: SendTaskSuccessInput, { tokens }) =>
      allow('SendTaskSuccess', tokens.resourceOf(taskToken)),
    run(input: SendTaskSuccessInput, { tokens }): SendTaskSuccessOutput {
      // AWS validates the token first.
      const { reporter } = tokens.find(given(input.taskToken));
      const output = parseJsonText(given(input.output));
      if (!output.valid) throw new InvalidOutput(output.problem);
      if (!reporter.succeeded(output.value)) throw new TaskTimedOut();
      return {};
    },
  },
  SendTaskFailure: {
    permissions: ({ taskToken }: SendTaskFailureInput, { tokens }) =>
      allow('SendTaskFailure', tokens.resourceOf(taskToken)),
    run({ taskToken, error, cause }: SendTaskFailureInput, { tokens }): SendTaskFailureOutput {
      const { reporter } = tokens.find(given(taskToken));
      if (!reporter.failed({ error, cause })) throw new TaskTimedOut();
      return {};
    },
  },
  SendTaskHeartbeat: {
    permissions: ({ taskToken }: SendTaskHeartbeatInput, { tokens }) =>
      allow('SendTaskHeartbeat', tokens.resourceOf(taskToken)),
    run({ taskToken }: SendTaskHeartbeatInput, { tokens }): SendTaskHeartbeatOutput {
      if (!tokens.find(given(taskToken)).reporter.heartbeat()) throw new TaskTimedOut();
      return {};
    },
  },
};
