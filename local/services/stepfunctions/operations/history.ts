import type { GetExecutionHistoryInput, GetExecutionHistoryOutput } from '@aws-sdk/client-sfn';
import { InvalidToken } from '../errors.ts';
import { showEvent } from '../execution/shown-event.ts';
import { executionOf } from '../lookup.ts';
import { allow, given, operation } from '../operation.ts';
import { pageSize, readToken, writeToken } from '../paging.ts';
import type { StepFunctions } from '../step-functions.ts';

/** The history of Standard executions. */
export function historyOperations(service: StepFunctions) {
  const { executions } = service;
  return {
    GetExecutionHistory: operation<GetExecutionHistoryInput, GetExecutionHistoryOutput>({
      permissions: (input) => allow('GetExecutionHistory', input.executionArn),
      run(input) {
        const { arn } = executionOf(service, given(input.executionArn));
        const { includeExecutionData = true, nextToken, reverseOrder: reverse = false } = input;
        const listing = ['GetExecutionHistory', arn, String(reverse)];
        const now = service.cloud.clock.now();
        const length = executions.historyLength(arn);
        const from =
          nextToken === undefined
            ? reverse
              ? length - 1
              : 0
            : indexOf(readToken({ listing, maxResults: undefined, nextToken, now }));
        const limit = pageSize(input.maxResults);
        const events = executions
          .history(arn, { from, limit, reverse })
          .map((event) => showEvent(event, includeExecutionData));
        const next = reverse ? from - limit : from + limit;
        const more = reverse ? next >= 0 : next < length;
        return {
          events,
          ...(more ? { nextToken: writeToken({ listing, now }, String(next)) } : {}),
        };
      },
    }),
  };
}

function indexOf(key: string): number {
  const index = Number(key);
  if (!Number.isInteger(index)) throw new InvalidToken();
  return index;
}
