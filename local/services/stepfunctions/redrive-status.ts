import type { ExecutionRedriveStatus } from '@aws-sdk/client-sfn';
import type { Cloud } from '../../cloud/cloud.ts';
import { EXECUTION_DAYS, REDRIVE_DAYS, REDRIVE_HISTORY_EVENTS } from './limits.ts';
import type { ExecutionRecord, ExecutionStore } from './stores/execution-store.ts';
import type { MachineStore } from './stores/machine-store.ts';

export interface RedriveStatus {
  readonly redriveStatus: ExecutionRedriveStatus;
  readonly redriveStatusReason?: string;
}

/** The state that a redrive depends on. */
export interface RedriveServices {
  readonly cloud: Cloud;
  readonly executions: ExecutionStore;
  readonly machines: MachineStore;
}

const DAY_MS = 86_400_000;

/**
 * Whether an execution can be redriven, or the documented reason why not.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export function redriveStatusOf(
  { cloud, executions, machines }: RedriveServices,
  execution: ExecutionRecord,
): RedriveStatus {
  if (execution.type === 'EXPRESS') return expressStatusOf(execution);
  const { startDate, status, stopDate } = execution;
  const [machineArn = ''] = execution.machineArn.split('/');
  if (machines.machine(machineArn)?.deleting !== false) {
    return refused('State machine is in DELETING status');
  }
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') {
    return refused(`Execution is ${status} and cannot be redriven`);
  }
  if (executions.historyLength(execution.arn) >= REDRIVE_HISTORY_EVENTS) {
    return refused('Execution history event limit exceeded');
  }
  const now = cloud.clock.now();
  if (now - startDate > EXECUTION_DAYS * DAY_MS) {
    return refused('Execution has exceeded the max execution time');
  }
  if (stopDate !== undefined && now - stopDate > REDRIVE_DAYS * DAY_MS) {
    return refused('Execution redrivable period exceeded');
  }
  if (execution.mapRunArn !== undefined) {
    return { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' };
  }
  return { redriveStatus: 'REDRIVABLE' };
}

/** The children of a Map Run are redriven with it; only children that succeeded have a reason why they cannot be. */
function expressStatusOf({ status }: ExecutionRecord): RedriveStatus {
  if (status === 'SUCCEEDED') return refused('Execution is SUCCEEDED and cannot be redriven');
  return { redriveStatus: status === 'RUNNING' ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

function refused(redriveStatusReason: string): RedriveStatus {
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
}
