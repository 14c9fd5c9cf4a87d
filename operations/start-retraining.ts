import { randomUUID } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ProjectParameter, type RetrainingInput, startableWorkflow } from '../events/index.ts';
import type { Clients } from './clients.ts';

/**
 * Asks now whether to train again.
 *
 * @returns the ARN of the execution
 */
export async function startRetraining(
  { states }: Clients,
  project: ProjectParameter & Required<Pick<ProjectParameter, 'retraining'>>,
  /** Names the execution: asked twice under one name, one decision is made. @default a new one */
  { name }: { readonly name?: string } = {},
): Promise<string> {
  const input: RetrainingInput = { eventId: name ?? randomUUID(), trigger: 'request' };
  const { executionArn = '' } = await states.send(
    new StartExecutionCommand({
      stateMachineArn: startableWorkflow(project, project.retraining?.stateMachineArn ?? ''),
      name,
      input: JSON.stringify(input),
    }),
  );
  return executionArn;
}
