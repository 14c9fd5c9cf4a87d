import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ProjectParameter, startableWorkflow, type TrialDecision } from '../events/index.ts';
import type { Clients } from './clients.ts';
import type { Trial } from './trial.ts';

export interface TrialPromotion {
  /** Who or what asks, for the execution's input. */
  readonly by: string;
  /** For the registry. */
  readonly reason?: string | undefined;
  /** Names the execution: asked twice under one name, one is started. @default a new one */
  readonly name?: string;
}

/**
 * Asks the promotion workflow, which decides under the endpoint's lock.
 *
 * @returns the ARN of the execution
 */
export async function promoteTrial(
  { states }: Clients,
  project: ProjectParameter,
  trial: Trial,
  { by, reason = 'Promoted by a person.', name }: TrialPromotion,
): Promise<string> {
  const decision: TrialDecision = {
    eventId: by,
    modelPackageArn: trial.challenger.packageArn,
    decision: 'promote',
    trial: trial.config,
    reason,
  };
  const { executionArn = '' } = await states.send(
    new StartExecutionCommand({
      stateMachineArn: startableWorkflow(project, project.promotionStateMachineArn),
      name,
      input: JSON.stringify(decision),
    }),
  );
  return executionArn;
}
