import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type {
  DescribeEndpointCommandOutput,
  PendingProductionVariantSummary,
  ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { type Connection, connect } from '../connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection-options.ts';
import { followExecution } from '../execution-progress.ts';
import { describeEndpoint, listRollbackAlarms } from '../live-endpoint.ts';
import { listModelPackages } from '../model-packages.ts';
import { findProject, listProjects, type ProjectResources } from '../project-resources.ts';
import { bold, dim, green, red, seconds, type Terminal, yellow } from '../terminal.ts';

interface StatusOptions extends ProjectOptions {
  readonly follow?: boolean;
  readonly logs?: boolean;
  readonly limit: string;
}

export function addStatus(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('status'))
    .description('Show executions, model versions and the endpoint of each project.')
    .option('-f, --follow', 'watch the executions that are running until they end')
    .option('--logs', 'with --follow: show the logs of the jobs')
    .option('--limit <number>', 'how many executions of each state machine', '5')
    .action(async (options: StatusOptions) => {
      const connection = connect(options);
      const projects =
        options.project === undefined
          ? await listProjects(connection, options.environment)
          : [await findProject(connection, options)];
      for (const project of projects) await printProject(connection, project, options, terminal);
      if (projects.length === 0) terminal.print('No project is deployed in this environment.');
      if (options.follow === true) await followRunning(connection, projects, options, terminal);
    });
}

async function printProject(
  connection: Connection,
  project: ProjectResources,
  options: StatusOptions,
  terminal: Terminal,
): Promise<void> {
  terminal.print(`${bold(project.project)} ${dim(project.environment)}`);
  for (const machine of [project.trainingStateMachineArn, project.promotionStateMachineArn]) {
    terminal.print(`  ${machine.split(':').at(-1)}`);
    const executions = await executionsOf(connection, machine, Number(options.limit));
    if (executions.length === 0) terminal.print(dim('    no execution yet'));
    for (const execution of executions) terminal.print(`    ${describe(execution)}`);
  }
  terminal.print('  model versions');
  const packages = await listModelPackages(connection, project);
  if (packages.length === 0) terminal.print(dim('    none yet'));
  for (const { ModelPackageVersion, ModelApprovalStatus, CreationTime } of packages.slice(
    0,
    Number(options.limit),
  )) {
    terminal.print(
      `    ${ModelPackageVersion}  ${ModelApprovalStatus}  ${dim(CreationTime?.toISOString() ?? '')}`,
    );
  }
  await printEndpoint(connection, project, terminal);
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

function describe({ name, status, startDate, stopDate }: ExecutionListItem): string {
  const paint = status === 'SUCCEEDED' ? green : status === 'RUNNING' ? yellow : red;
  const duration =
    startDate === undefined || stopDate === undefined
      ? ''
      : seconds(stopDate.getTime() - startDate.getTime());
  return `${paint((status ?? '').padEnd(9))}  ${startDate?.toISOString() ?? ''}  ${duration.padStart(8)}  ${dim(name ?? '')}`;
}

async function printEndpoint(
  connection: Connection,
  project: ProjectResources,
  terminal: Terminal,
): Promise<void> {
  const endpoint = await describeEndpoint(connection, project);
  if (endpoint === undefined) {
    terminal.print(
      `  endpoint ${project.endpointName}: not there yet; approve a model version to create it`,
    );
    return;
  }
  terminal.print(`  endpoint ${project.endpointName}: ${endpoint.EndpointStatus}`);
  if (endpoint.FailureReason !== undefined) terminal.print(`    ${red(endpoint.FailureReason)}`);
  const pending = endpoint.PendingDeploymentSummary;
  const fleets: readonly Fleet[] = pending === undefined ? [endpoint] : [endpoint, pending];
  const variants = fleets.flatMap(({ EndpointConfigName, ProductionVariants = [] }) =>
    ProductionVariants.map((variant) => ({ ...variant, config: EndpointConfigName ?? '' })),
  );
  const total = variants.reduce((sum, { CurrentWeight = 0 }) => sum + CurrentWeight, 0);
  for (const { config, ...variant } of variants) {
    terminal.print(`    ${describeVariant(variant, total)}  ${dim(config)}`);
  }
  for (const alarm of await listRollbackAlarms(connection, project)) {
    terminal.print(`    ${describeAlarm(alarm)}`);
  }
}

/** What serves: one fleet, or while a model is rolled out the old one and the new one. */
type Fleet = Pick<DescribeEndpointCommandOutput, 'EndpointConfigName'> & {
  readonly ProductionVariants?: readonly Variant[] | undefined;
};
type Variant = ProductionVariantSummary | PendingProductionVariantSummary;

/** `10 % of the traffic, 1 instance(s), Baking since …`. */
function describeVariant(variant: Omit<Variant, 'config'>, totalWeight: number): string {
  const { CurrentWeight = 0, CurrentInstanceCount: instances, VariantStatus: states } = variant;
  const share = totalWeight === 0 ? 0 : Math.round((100 * CurrentWeight) / totalWeight);
  return [
    `${variant.VariantName}: ${share} % of the traffic`,
    instances === undefined ? 'serverless' : `${instances} instance(s)`,
    ...(states ?? []).map(({ Status, StartTime, StatusMessage }) =>
      [yellow(Status ?? ''), `since ${StartTime?.toISOString()}`, StatusMessage]
        .filter((part) => part !== undefined)
        .join(' '),
    ),
  ].join(', ');
}

function describeAlarm({ AlarmName, StateValue, StateReason }: MetricAlarm): string {
  if (StateValue !== 'ALARM') return `${green(StateValue ?? '')} ${dim(AlarmName ?? '')}`;
  return `${red(StateValue)} ${AlarmName}: ${StateReason}`;
}

async function followRunning(
  connection: Connection,
  projects: readonly ProjectResources[],
  options: StatusOptions,
  terminal: Terminal,
): Promise<void> {
  for (const project of projects) {
    for (const machine of [project.trainingStateMachineArn, project.promotionStateMachineArn]) {
      const { executions = [] } = await connection.states.send(
        new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'RUNNING' }),
      );
      for (const { executionArn = '' } of executions) {
        await followExecution(connection, executionArn, terminal, options);
      }
    }
  }
}
