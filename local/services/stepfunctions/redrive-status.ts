import type { ExecutionRedriveStatus } from '@aws-sdk/client-sfn';
import { limits } from './limits.ts';
import type { ExecutionRecord } from './stores/execution-store.ts';

export interface RedriveStatus {
  readonly redriveStatus: ExecutionRedriveStatus;
  readonly redriveStatusReason?: string;
}

/** Whether an execution can be redriven, and if not, why. */
export function redriveStatusOf(
  execution: ExecutionRecord,
  now: number,
  historyLength: number,
): RedriveStatus {
  const { status, stopDate } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') {
    return refused(`Execution is ${status} and cannot be redriven`);
  }
  if (stopDate !== undefined && now - stopDate > limits.redriveDays * 86_400_000) {
    return refused('Execution has exceeded its redrivable period');
  }
  if (historyLength >= limits.redriveHistoryEvents) {
    return refused('Execution history event limit exceeded');
  }
  if (execution.mapRunArn !== undefined) {
    return { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' };
  }
  return { redriveStatus: 'REDRIVABLE' };
}

function refused(redriveStatusReason: string): RedriveStatus {
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
}
