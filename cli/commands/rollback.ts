import type { Command } from 'commander';
import { findRollback, findTrial } from '../../operations/index.ts';
import { connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { findProject } from '../project/project-resources.ts';
import { warnOfAlarms } from '../rollout/alarm-warning.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { decideAndFollow } from './decision.ts';

interface RollbackOptions extends ProjectOptions {
  readonly follow: boolean;
  readonly message?: string;
  readonly verbose?: boolean;
}

export function addRollback(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('rollback'))
    .description('Reject the model that is live, so that the one approved before it comes back.')
    .option('-m, --message <text>', 'why; kept on the model package')
    .option('--no-follow', 'return once it is recorded')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action((options: RollbackOptions) => rollBack(options, terminal));
}

async function rollBack(options: RollbackOptions, terminal: Terminal): Promise<void> {
  const connection = connect(options);
  const project = await findProject(connection, options);
  if ((await findTrial(connection, project)) !== undefined) {
    throw new UserError(
      `A model is on trial on ${project.endpointName}: if the live one were rejected now, the one on trial would take its place. Nothing was changed. Decide first with "stepmill ab withdraw" or "stepmill ab promote".`,
    );
  }
  const live = await findRollback(connection, project);
  await warnOfAlarms(connection, project, 'Rejected', terminal);
  await decideAndFollow(connection, project, live, 'Rejected', options, terminal);
}
