import type {
  SendTaskFailureInput,
  SendTaskFailureOutput,
  SendTaskHeartbeatInput,
  SendTaskHeartbeatOutput,
  SendTaskSuccessInput,
  SendTaskSuccessOutput,
} from '@aws-sdk/client-sfn';
import { InvalidOutput, TaskTimedOut } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { allow, given, operation } from '../operation.ts';
import type { StepFunctions } from '../step-functions.ts';

/** The callbacks of whoever holds a task's token: activity workers and `.waitForTaskToken`. */
export function taskTokenOperations({ tokens }: StepFunctions) {
  return {
    SendTaskSuccess: operation<SendTaskSuccessInput, SendTaskSuccessOutput>({
      permissions: ({ taskToken }) => allow('SendTaskSuccess', tokens.resourceOf(taskToken)),
      run(input) {
        // AWS looks at the token first.
        const { reporter } = tokens.find(given(input.taskToken));
        const output = parseJsonText(given(input.output));
        if (!output.valid) throw new InvalidOutput(output.problem);
        if (!reporter.succeeded(output.value)) throw new TaskTimedOut();
        return {};
      },
    }),

    SendTaskFailure: operation<SendTaskFailureInput, SendTaskFailureOutput>({
      permissions: ({ taskToken }) => allow('SendTaskFailure', tokens.resourceOf(taskToken)),
      run({ taskToken, error, cause }) {
        const { reporter } = tokens.find(given(taskToken));
        if (!reporter.failed({ error, cause })) throw new TaskTimedOut();
        return {};
      },
    }),

    SendTaskHeartbeat: operation<SendTaskHeartbeatInput, SendTaskHeartbeatOutput>({
      permissions: ({ taskToken }) => allow('SendTaskHeartbeat', tokens.resourceOf(taskToken)),
      run({ taskToken }) {
        if (!tokens.find(given(taskToken)).reporter.heartbeat()) throw new TaskTimedOut();
        return {};
      },
    }),
  };
}
