import { type Command, InvalidArgumentError } from 'commander';
import { connect } from '../connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection-options.ts';
import { followExecution } from '../execution-progress.ts';
import { executionOfPackage } from '../executions.ts';
import { decide, findModelPackage } from '../model-packages.ts';
import { findProject } from '../project-resources.ts';
import type { Terminal } from '../terminal.ts';

interface DecisionOptions extends ProjectOptions {
  readonly follow: boolean;
  readonly message?: string;
}

/** What a command decides on a model package, and which one it takes when none is named. */
export interface Decision {
  readonly command: 'approve' | 'reject';
  readonly description: string;
  readonly status: 'Approved' | 'Rejected';
  readonly defaultOf: 'PendingManualApproval' | 'Approved';
}

/** Adds a command that approves or rejects a model package and watches what that starts. */
export function addDecision(program: Command, terminal: Terminal, decision: Decision): void {
  withProjectOptions(program.command(decision.command))
    .description(decision.description)
    .argument(
      '[version]',
      `the version (default: the newest that is ${decision.defaultOf})`,
      parseVersion,
    )
    .option('-m, --message <text>', 'why; kept on the model package')
    .option('--no-follow', 'return once it is recorded')
    .action(async (version: number | undefined, options: DecisionOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      const chosen = await findModelPackage(connection, project, {
        status: decision.defaultOf,
        ...(version === undefined ? {} : { version }),
      });
      const since = new Date(Date.now() - CLOCK_TOLERANCE_MS);
      await decide(connection, chosen.ModelPackageArn, decision.status, options.message);
      terminal.print(`${chosen.ModelPackageArn} is ${decision.status}`);
      if (!options.follow) return;
      const arn = await executionOfPackage(connection, project, chosen.ModelPackageArn, since);
      const { status } = await followExecution(connection, arn, terminal);
      if (status !== 'SUCCEEDED') process.exitCode = 1;
    });
}

/** Clocks here and there may differ a little. */
const CLOCK_TOLERANCE_MS = 5_000;

function parseVersion(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return version;
  throw new InvalidArgumentError('a version is a whole number from 1.');
}
