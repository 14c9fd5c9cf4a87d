import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { visibleLine } from '../../local/index.ts';
import {
  findLiveModel,
  findTrial,
  type LiveVersion,
  listModelPackages,
  numberOfVersion,
  readLiveVersions,
  readRollout,
} from '../../operations/index.ts';
import { isSimulated } from '../connection/clock.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followRunning } from '../follow/follow-running.ts';
import { watchPromotions } from '../follow/watch-promotions.ts';
import {
  describeNoProject,
  findProject,
  listProjects,
  type ProjectResources,
} from '../project/project-resources.ts';
import { renderRollout } from '../rollout/rollout-lines.ts';
import { bold, dim, green, red, seconds, type Terminal, yellow } from '../terminal/terminal.ts';

interface StatusOptions extends ProjectOptions {
  readonly follow?: boolean;
  readonly watch?: boolean;
  readonly logs?: boolean;
  readonly limit: number;
  readonly verbose?: boolean;
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
    .option('--limit <number>', 'how many executions of each state machine', parseLimit, 3)
    .option('--verbose', 'show names, times and alarms in full, and every state with --follow')
    .action(async (options: StatusOptions) => {
      const connection = connect(options);
      const projects =
        options.project === undefined
          ? await listProjects(connection, options.environment)
          : [await findProject(connection, options)];
      for (const project of projects) await printProject(connection, project, options, terminal);
      if (projects.length === 0) {
        terminal.print(describeNoProject(connection, options.environment));
      }
      if (options.watch === true) {
        await watchPromotions(connection, await findProject(connection, options), terminal);
      } else if (options.follow === true) {
        const isGood = await followRunning(connection, projects, terminal, options);
        if (!isGood) process.exitCode = 1;
      }
    });
}

type ProjectView = Pick<StatusOptions, 'limit' | 'verbose'>;

/** Prints what there is of a project, on one screen unless it is `verbose`. */
export async function printProject(
  connection: Connection,
  project: ProjectResources,
  options: ProjectView,
  terminal: Terminal,
): Promise<void> {
  const lines: string[] = [];
  let isAhead = false;
  for (const machine of listMachines(project)) {
    const [executions, live] = await Promise.all([
      executionsOf(connection, machine, options.limit),
      readLiveVersions(connection, project, machine),
    ]);
    lines.push(`  ${machine.split(':').at(-1)}${renderLive(live)}`);
    if (executions.length === 0) lines.push(dim('    no execution yet'));
    for (const execution of executions) {
      isAhead ||= isSimulated(connection, execution.startDate);
      const outcome = visibleLine(await outcomeOf(connection, execution));
      lines.push(`    ${describe(execution, outcome, options)}`);
    }
  }
  const clock = isAhead ? ' (times simulated)' : '';
  terminal.print(`${bold(project.project)} ${dim(`${project.environment}${clock}`)}`);
  for (const line of lines) terminal.print(line);
  await printVersions(connection, project, options, terminal);
  await printEndpoint(connection, project, options, terminal);
}

/** `; executions start on version 3`, or `; executions start on version 2 (90 %), 3 (10 %)` */
function renderLive(live: readonly LiveVersion[]): string {
  if (live.length === 0) return '';
  const shares = live.map(({ number, percent }) =>
    live.length === 1 ? `${number}` : `${number} (${percent} %)`,
  );
  return dim(`; executions start on version ${shares.join(', ')}`);
}

function listMachines({
  trainingStateMachineArn,
  promotionStateMachineArn,
  handover,
}: ProjectResources): readonly string[] {
  const arrivals = handover?.from === undefined ? [] : [handover.from.stateMachineArn];
  return [trainingStateMachineArn, ...arrivals, promotionStateMachineArn];
}

async function printVersions(
  connection: Connection,
  project: ProjectResources,
  { limit, verbose = false }: ProjectView,
  terminal: Terminal,
): Promise<void> {
  const to = project.handover?.to;
  const next = to && `; approved ones go to ${to.environment}, in account ${to.account}`;
  terminal.print(`  model versions${next ?? ''}`);
  const live = await (await findLiveModel(connection, project))?.packageOf();
  const packages = (await listModelPackages(connection, project)).slice(0, limit);
  if (packages.length === 0) terminal.print(dim('    none yet'));
  for (const { ModelPackageVersion, ModelPackageArn, ...version } of packages) {
    const mark = ModelPackageArn === live ? green(' live') : '';
    terminal.print(
      `    ${ModelPackageVersion}  ${version.ModelApprovalStatus}${mark}  ${dim(renderTime(version.CreationTime, verbose))}`,
    );
    if (version.ModelApprovalStatus !== 'Rejected') continue;
    const { ApprovalDescription: why } = await connection.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }),
    );
    if (why === undefined) continue;
    const reason = `       ${visibleLine(why)}`;
    terminal.print(dim(verbose ? reason : shorten(reason, COLUMNS)));
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

/** `Registered       2026-11-29 13:28:13  2 min 27 s  f66dcbcd`, or in full. */
function describe(
  { name = '', status, startDate, stopDate, stateMachineVersionArn }: ExecutionListItem,
  outcome: string,
  { verbose = false }: ProjectView,
): string {
  const paint = status === 'SUCCEEDED' ? green : status === 'RUNNING' ? yellow : red;
  const duration =
    startDate === undefined || stopDate === undefined
      ? ''
      : seconds(stopDate.getTime() - startDate.getTime());
  const times = `${renderTime(startDate, verbose)}  ${duration.padStart(11)}`;
  const version = numberOfVersion(stateMachineVersionArn);
  if (verbose) {
    const end = outcome === '' ? '' : `  ${outcome}`;
    const ran = version === undefined ? '' : dim(`  version ${version}`);
    return `${paint((status ?? '').padEnd(9))}  ${times}  ${dim(visibleLine(name))}${ran}${end}`;
  }
  const what = shorten(outcome === '' ? (status ?? '') : outcome, OUTCOME_COLUMNS);
  const ran = version === undefined ? '' : `  v${version}`;
  return `${paint(what.padEnd(OUTCOME_COLUMNS))}  ${times}  ${dim(`${shorten(visibleLine(name), NAME_COLUMNS)}${ran}`)}`;
}

/** Of a terminal that has not been made larger. */
const COLUMNS = 80;
const OUTCOME_COLUMNS = 24;
const NAME_COLUMNS = 9;

function renderTime(time: Date | undefined, verbose: boolean): string {
  const text = time?.toISOString() ?? '';
  return verbose ? text : text.slice(0, 19).replace('T', ' ');
}

function shorten(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

async function printEndpoint(
  connection: Connection,
  project: ProjectResources,
  { verbose = false }: ProjectView,
  terminal: Terminal,
): Promise<void> {
  const rollout = await readRollout(connection, project);
  const lines =
    rollout === undefined
      ? [`endpoint ${project.endpointName}: not there yet; approve a model version to create it`]
      : renderRollout(rollout, verbose);
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
