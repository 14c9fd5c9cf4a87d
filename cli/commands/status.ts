import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { visibleLine } from '../../local/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followRunning } from '../follow/follow-running.ts';
import { watchPromotions } from '../follow/watch-promotions.ts';
import { describeEndpoint, findLivePackage } from '../project/live-endpoint.ts';
import { listModelPackages } from '../project/model-packages.ts';
import { findProject, listProjects, type ProjectResources } from '../project/project-resources.ts';
import { readRollout } from '../rollout/rollout.ts';
import { renderRollout } from '../rollout/rollout-lines.ts';
import { bold, dim, green, red, seconds, type Terminal, yellow } from '../terminal/terminal.ts';
import { findTrial } from '../trial/trial.ts';

interface StatusOptions extends ProjectOptions {
  readonly follow?: boolean;
  readonly watch?: boolean;
  readonly logs?: boolean;
  readonly limit: number;
}

export function addStatus(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('status'))
    .description('Show executions, model versions and the endpoint of each project.')
    .option(
      '-f, --follow',
      'watch the executions that are running until they end, and say how; exit code 1 where one failed',
    )
    .option('-w, --watch', 'watch the endpoint and its promotions until Ctrl-C')
    .option('--logs', 'with --follow: show the logs of the jobs')
    .option('--limit <number>', 'how many executions of each state machine', parseLimit, 5)
    .action(async (options: StatusOptions) => {
      const connection = connect(options);
      const projects =
        options.project === undefined
          ? await listProjects(connection, options.environment)
          : [await findProject(connection, options)];
      for (const project of projects) await printProject(connection, project, options, terminal);
      if (projects.length === 0) terminal.print('No project is deployed in this environment.');
      if (options.watch === true) {
        await watchPromotions(connection, await findProject(connection, options), terminal);
      } else if (options.follow === true) {
        const isGood = await followRunning(connection, projects, terminal, options);
        if (!isGood) process.exitCode = 1;
      }
    });
}

/** Prints what there is of a project. */
export async function printProject(
  connection: Connection,
  project: ProjectResources,
  options: Pick<StatusOptions, 'limit'>,
  terminal: Terminal,
): Promise<void> {
  terminal.print(`${bold(project.project)} ${dim(project.environment)}`);
  for (const machine of [project.trainingStateMachineArn, project.promotionStateMachineArn]) {
    terminal.print(`  ${machine.split(':').at(-1)}`);
    const executions = await executionsOf(connection, machine, options.limit);
    if (executions.length === 0) terminal.print(dim('    no execution yet'));
    for (const execution of executions) {
      const outcome = await outcomeOf(connection, execution);
      terminal.print(
        `    ${describe(execution)}${outcome === '' ? '' : `  ${visibleLine(outcome)}`}`,
      );
    }
  }
  await printVersions(connection, project, options.limit, terminal);
  await printEndpoint(connection, project, terminal);
}

async function printVersions(
  connection: Connection,
  project: ProjectResources,
  limit: number,
  terminal: Terminal,
): Promise<void> {
  terminal.print('  model versions');
  const endpoint = await describeEndpoint(connection, project);
  const live = endpoint === undefined ? undefined : await findLivePackage(connection, endpoint);
  const packages = (await listModelPackages(connection, project)).slice(0, limit);
  if (packages.length === 0) terminal.print(dim('    none yet'));
  for (const { ModelPackageVersion, ModelPackageArn, ...version } of packages) {
    const mark = ModelPackageArn === live ? green(' live') : '';
    terminal.print(
      `    ${ModelPackageVersion}  ${version.ModelApprovalStatus}${mark}  ${dim(version.CreationTime?.toISOString() ?? '')}`,
    );
    if (version.ModelApprovalStatus !== 'Rejected') continue;
    const { ApprovalDescription: why } = await connection.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }),
    );
    if (why !== undefined) terminal.print(dim(`       ${visibleLine(why)}`));
  }
}

async function executionsOf(
  { states }: Connection,
  stateMachineArn: string,
  maxResults: number,
): Promise<readonly ExecutionListItem[]> {
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults }),
  );
  return executions;
}

/** A training or a promotion that succeeds may still have refused what it was given. */
async function outcomeOf(
  { states }: Connection,
  { executionArn, status }: ExecutionListItem,
): Promise<string> {
  if (status === 'RUNNING') return '';
  const { output, error } = await states.send(new DescribeExecutionCommand({ executionArn }));
  if (output === undefined) return error ?? '';
  return outcomeSchema.safeParse(JSON.parse(output)).data?.outcome ?? '';
}

const outcomeSchema = z.object({ outcome: z.string() });

function describe({ name, status, startDate, stopDate }: ExecutionListItem): string {
  const paint = status === 'SUCCEEDED' ? green : status === 'RUNNING' ? yellow : red;
  const duration =
    startDate === undefined || stopDate === undefined
      ? ''
      : seconds(stopDate.getTime() - startDate.getTime());
  return `${paint((status ?? '').padEnd(9))}  ${startDate?.toISOString() ?? ''}  ${duration.padStart(8)}  ${dim(visibleLine(name ?? ''))}`;
}

async function printEndpoint(
  connection: Connection,
  project: ProjectResources,
  terminal: Terminal,
): Promise<void> {
  const rollout = await readRollout(connection, project);
  const lines =
    rollout === undefined
      ? [`endpoint ${project.endpointName}: not there yet; approve a model version to create it`]
      : renderRollout(rollout);
  for (const line of lines) terminal.print(`  ${line}`);
  if (project.trialStateMachineArn === undefined) return;
  const trial = await findTrial(connection, project);
  if (trial === undefined) return;
  terminal.print(`    on trial: ${trial.challenger.packageArn} ${dim('see stepmill ab')}`);
}

/** ListExecutions gives at most 1,000 at once. */
const HIGHEST_LIMIT = 1_000;

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0 && limit <= HIGHEST_LIMIT) return limit;
  throw new InvalidArgumentError(`a limit is a whole number from 1 to ${HIGHEST_LIMIT}.`);
}
