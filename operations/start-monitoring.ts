import { randomUUID } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type MonitoringInput, type ProjectParameter, startableWorkflow } from '../events/index.ts';
import type { Clients } from './clients.ts';

/** A window that a person has judged. */
export interface MonitoringRequest {
  /** @default as long before the end as the project says */
  readonly start?: Date | undefined;
  /** Where no start is given. @default as the project says */
  readonly hours?: number | undefined;
  /** @default now, by the clock of the workflow */
  readonly end?: Date | undefined;
  /** Names the execution: started twice under one name, the same window is judged once. @default a new one */
  readonly name?: string;
}

/**
 * Starts a monitoring of any window.
 *
 * @returns the ARN of the execution
 */
export async function startMonitoring(
  { states }: Clients,
  project: ProjectParameter & Required<Pick<ProjectParameter, 'monitoring'>>,
  { start, hours, end, name }: MonitoringRequest,
): Promise<string> {
  const input: MonitoringInput = {
    eventId: name ?? randomUUID(),
    ...(start === undefined ? {} : { windowStart: start.toISOString() }),
    ...(hours === undefined ? {} : { windowHours: hours }),
    ...(end === undefined ? {} : { windowEnd: end.toISOString() }),
  };
  const { executionArn = '' } = await states.send(
    new StartExecutionCommand({
      stateMachineArn: startableWorkflow(project, project.monitoring?.stateMachineArn ?? ''),
      name,
      input: JSON.stringify(input),
    }),
  );
  return executionArn;
}
