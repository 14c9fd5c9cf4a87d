import { type Command, InvalidArgumentError } from 'commander';
import {
  listWorkflowVersions,
  rollBackWorkflow,
  type WorkflowVersion,
} from '../../operations/index.ts';
import { connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { findProject } from '../project/project-resources.ts';
import { dim, green, type Terminal } from '../terminal/terminal.ts';

interface RollbackOptions extends ProjectOptions {
  readonly to?: number;
  readonly canary?: number;
}

export function addWorkflow(program: Command, terminal: Terminal): void {
  const workflow = program
    .command('workflow')
    .description('The published definitions of a workflow, and the way back to one of them.');
  withProjectOptions(workflow.command('versions <workflow>'))
    .description('List the versions of a workflow, such as training or promotion.')
    .action(async (name: string, options: ProjectOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      printVersions(await listWorkflowVersions(connection, project, name), terminal);
    });
  withProjectOptions(workflow.command('rollback <workflow>'))
    .description('Start executions on an older version from now on; running ones finish on theirs.')
    .option(
      '--to <version>',
      'the version (default: the one before the live one, or the older of two that are live)',
      parseVersion,
    )
    .option('--canary <percent>', 'only for a share of the executions', parsePercent)
    .action(async (name: string, { to, canary: percent, ...options }: RollbackOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      const versions = await rollBackWorkflow(connection, project, name, { to, percent });
      terminal.print(`${green('Rolled back')} ${name}: ${describeShares(versions)}`);
      printVersions(versions, terminal);
    });
}

/** `executions start on version 2` */
function describeShares(versions: readonly WorkflowVersion[]): string {
  const live = versions.filter(({ percent }) => percent > 0);
  const shares = live.map(({ number, percent }) =>
    percent === 100 ? `version ${number}` : `version ${number} (${percent} %)`,
  );
  return `executions start on ${shares.join(' and ')}`;
}

/** `3  2026-11-30 18:07:42  100 % of the executions that start` */
export function printVersions(versions: readonly WorkflowVersion[], terminal: Terminal): void {
  for (const { number, createdAt, percent } of versions) {
    const created = createdAt?.toISOString().slice(0, 19).replace('T', ' ') ?? '';
    const share = percent === 0 ? '' : green(`  ${percent} % of the executions that start`);
    terminal.print(`${number}  ${dim(created)}${share}`);
  }
}

function parseVersion(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return version;
  throw new InvalidArgumentError('a version is a whole number from 1.');
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (Number.isInteger(percent) && percent > 0 && percent < 100) return percent;
  throw new InvalidArgumentError('a share is a whole number of percent from 1 to 99.');
}
