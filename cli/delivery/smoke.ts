import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import type { DeliveryPlan } from '../../delivery/index.ts';
import { findLiveModel } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import { listProjects, type ProjectResources } from '../project/project-resources.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

/**
 * Asks what was deployed whether it is there and works: each project's parameter, its state machines, and what serves its
 * live model. Which model is live, a deployment does not change; promotions ask models themselves.
 *
 * @throws UserError naming everything that does not answer
 */
export async function smokeTest(
  connection: Connection,
  { projects }: Pick<DeliveryPlan, 'projects'>,
  environment: string,
  terminal: Pick<Terminal, 'print'>,
): Promise<void> {
  const deployed = await listProjects(connection, environment);
  const missing = projects
    .filter((name) => !deployed.some(({ project }) => project === name))
    .map((name) => `${name}: is not deployed`);
  const found = await Promise.all(
    deployed.map((project) => examine(connection, project, terminal)),
  );
  const faults = [...missing, ...found.flat()];
  if (faults.length === 0) return;
  throw new UserError(`The smoke test of ${environment} failed:\n  ${faults.join('\n  ')}`);
}

async function examine(
  connection: Connection,
  project: ProjectResources,
  terminal: Pick<Terminal, 'print'>,
): Promise<string[]> {
  const name = project.project;
  const machines = await Promise.all(
    machinesOf(project).map((arn) => examineMachine(connection, name, arn)),
  );
  const live = await findLiveModel(connection, project);
  const works = live === undefined || ['InService', 'Updating'].includes(live.status);
  const model = live === undefined ? 'no model is live yet' : `the live model is ${live.status}`;
  terminal.print(`${name}: ${machinesOf(project).length} state machines, ${model}`);
  return [
    ...machines.flat(),
    ...(works
      ? []
      : [`${name}: what serves is ${live.status}: ${live.failureReason ?? 'AWS says no more'}`]),
  ];
}

function machinesOf(project: ProjectResources): string[] {
  return [
    project.trainingStateMachineArn,
    project.promotionStateMachineArn,
    project.trialStateMachineArn,
    project.scoring?.stateMachineArn,
    project.monitoring?.stateMachineArn,
    project.retraining?.stateMachineArn,
  ].filter((arn) => arn !== undefined);
}

async function examineMachine(
  { states }: Connection,
  project: string,
  stateMachineArn: string,
): Promise<string[]> {
  try {
    const { status } = await states.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return status === 'ACTIVE' ? [] : [`${project}: ${stateMachineArn} is ${status}`];
  } catch (error) {
    return [`${project}: ${stateMachineArn}: ${(error as Error).message}`];
  }
}
