import type { Command } from 'commander';
import { connect } from '../connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection-options.ts';
import { describeEndpoint, findLivePackage } from '../live-endpoint.ts';
import { listModelPackages } from '../model-packages.ts';
import { findProject } from '../project-resources.ts';
import type { Terminal } from '../terminal.ts';
import { UserError } from '../user-error.ts';
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
  const endpoint = await describeEndpoint(connection, project);
  const live = endpoint === undefined ? undefined : await findLivePackage(connection, endpoint);
  if (live === undefined) {
    throw new UserError(
      `No model package is live on ${project.endpointName}, so there is nothing to go back from; nothing was changed.`,
    );
  }
  const packages = await listModelPackages(connection, project);
  const others = packages.filter(
    ({ ModelPackageArn, ModelApprovalStatus }) =>
      ModelPackageArn !== live && ModelApprovalStatus === 'Approved',
  );
  if (others.length === 0) {
    throw new UserError(
      `${live} is live and no other package is approved, so there is nothing to go back to; nothing was changed. ` +
        'Approve the version that should serve.',
    );
  }
  await decideAndFollow(connection, project, live, 'Rejected', options, terminal);
}
