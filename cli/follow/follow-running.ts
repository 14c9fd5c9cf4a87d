import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { followExecution } from './execution-progress.ts';
import { followPromotion } from './follow-promotion.ts';
import { printOutcome } from './outcome.ts';
import { outcomeOfPromotion } from './promotion-outcome.ts';
import { outcomeOfTraining } from './training-outcome.ts';

/**
 * Shows what runs now to its end, one after another, and says how each ended.
 *
 * @returns false where a training or a promotion failed, or data was refused
 */
export async function followRunning(
  connection: Connection,
  projects: readonly ProjectResources[],
  terminal: Terminal,
  options: { readonly logs?: boolean; readonly verbose?: boolean } = {},
): Promise<boolean> {
  const ends: boolean[] = [];
  for (const project of projects) {
    for (const arn of await listRunning(connection, project.trainingStateMachineArn)) {
      const outcome = outcomeOfTraining(await followExecution(connection, arn, terminal, options));
      printOutcome(outcome, terminal);
      ends.push(outcome.isGood);
    }
    for (const arn of await listRunning(connection, project.promotionStateMachineArn)) {
      const ended = await followPromotion(connection, project, arn, terminal, options);
      const outcome = await outcomeOfPromotion(connection, project, ended);
      printOutcome(outcome, terminal);
      ends.push(outcome.isGood);
    }
  }
  if (ends.length === 0) terminal.print('Nothing is running.');
  return ends.every((isGood) => isGood);
}

async function listRunning(
  { states }: Connection,
  stateMachineArn: string,
): Promise<readonly string[]> {
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
  );
  return executions.map(({ executionArn = '' }) => executionArn);
}
