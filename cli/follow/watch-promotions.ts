import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { readRollout } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { renderRolloutLine } from '../rollout/rollout-lines.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { pause } from './execution-progress.ts';
import { followPromotion, RolloutNews } from './follow-promotion.ts';
import { printOutcome } from './outcome.ts';
import { outcomeOfPromotion } from './promotion-outcome.ts';

/** Shows an endpoint and each promotion that touches it, as they happen. Does not end. */
export async function watchPromotions(
  connection: Connection,
  project: ProjectResources,
  terminal: Terminal,
): Promise<never> {
  const news = new RolloutNews(terminal);
  for (;;) {
    const executionArn = await nextPromotion(connection, project, news, terminal);
    const ended = await followPromotion(connection, project, executionArn, terminal, { news });
    printOutcome(await outcomeOfPromotion(connection, project, ended), terminal);
  }
}

/** Shows the endpoint until a promotion runs. */
async function nextPromotion(
  connection: Connection,
  project: ProjectResources,
  news: RolloutNews,
  terminal: Terminal,
): Promise<string> {
  const part = terminal.live(`Watch ${project.endpointName}`);
  try {
    for (;;) {
      const running = await findRunning(connection, project);
      if (running !== undefined) return running;
      const rollout = await readRollout(connection, project);
      if (rollout !== undefined) {
        news.tell(rollout);
        part.update(renderRolloutLine(rollout));
      }
      await pause(connection.pollMs);
    }
  } finally {
    part.end();
  }
}

/** The promotion that has run the longest: the others wait for it. */
async function findRunning(
  { states }: Connection,
  { promotionStateMachineArn: stateMachineArn }: ProjectResources,
): Promise<string | undefined> {
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
  );
  return executions.at(-1)?.executionArn;
}
