import type { GetExecutionHistoryInput, GetExecutionHistoryOutput, SFN } from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { InvalidToken } from '../errors.ts';
import { showEvent } from '../execution/shown-event.ts';
import { executionOf } from '../lookup.ts';
import { allow, given } from '../operation.ts';
import { pageSize, readToken, writeToken } from '../paging.ts';
import type { StepFunctionsState } from '../state.ts';

/** The history of Standard executions. */
export const historyOperations: OperationTable<SFN, StepFunctionsState> = {
  GetExecutionHistory: {
    readOnly: true,
    permissions: (input: GetExecutionHistoryInput) =>
      allow('GetExecutionHistory', input.executionArn),
    run: (input: GetExecutionHistoryInput, state) => getExecutionHistory(state, input),
  },
};

function getExecutionHistory(
  state: StepFunctionsState,
  input: GetExecutionHistoryInput,
): GetExecutionHistoryOutput {
  const { arn } = executionOf(state, given(input.executionArn));
  const { includeExecutionData = true, nextToken, reverseOrder: reverse = false } = input;
  const listing = ['GetExecutionHistory', arn, String(reverse)];
  const now = state.cloud.clock.now();
  const length = state.executions.historyLength(arn);
  const from =
    nextToken === undefined
      ? reverse
        ? length - 1
        : 0
      : indexOf(readToken({ listing, maxResults: undefined, nextToken, now }));
  const limit = pageSize(input.maxResults);
  const events = state.executions
    .history(arn, { from, limit, reverse })
    .map((event) => showEvent(event, includeExecutionData));
  const next = reverse ? from - limit : from + limit;
  const more = reverse ? next >= 0 : next < length;
  return {
    events,
    ...(more ? { nextToken: writeToken({ listing, now }, String(next)) } : {}),
  };
}

function indexOf(key: string): number {
  const index = Number(key);
  if (!Number.isInteger(index)) throw new InvalidToken();
  return index;
}
