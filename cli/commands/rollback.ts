import type { Command } from 'commander';
import { connect } from '../connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection-options.ts';
import { findProject } from '../project-resources.ts';
import { findRollback } from '../roll-back.ts';
import type { Terminal } from '../terminal.ts';
import { decideAndFollow } from './decision.ts';

interface RollbackOptions extends ProjectOptions {
  readonly follow: boolean;
  readonly message?: string;
}

export function addRollback(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('rollback'))
    .description('Reject the model that is live, so that the one approved before it comes back.')
    .option('-m, --message <text>', 'why; kept on the model package')
    .option('--no-follow', 'return once it is recorded')
    .action((options: RollbackOptions) => rollBack(options, terminal));
}

async function rollBack(options: RollbackOptions, terminal: Terminal): Promise<void> {
  const connection = connect(options);
  const project = await findProject(connection, options);
  const live = await findRollback(connection, project);
  await decideAndFollow(connection, project, live, 'Rejected', options, terminal);
}
