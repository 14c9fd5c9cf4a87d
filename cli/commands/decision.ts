import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { type Command, InvalidArgumentError } from 'commander';
import { visibleLine } from '../../local/index.ts';
import { decide, findModelPackage } from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { executionOfDecision } from '../follow/executions.ts';
import { followPromotion } from '../follow/follow-promotion.ts';
import { printOutcome } from '../follow/outcome.ts';
import { outcomeOfPromotion } from '../follow/promotion-outcome.ts';
import { describeHandover } from '../project/handover-line.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { warnOfAlarms } from '../rollout/alarm-warning.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface DecisionOptions extends ProjectOptions {
  readonly follow: boolean;
  readonly message?: string;
  readonly verbose?: boolean;
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
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action(async (version: number | undefined, options: DecisionOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      const chosen = await findModelPackage(connection, project, {
        status: decision.defaultOf,
        ...(version === undefined ? {} : { version }),
      });
      const { ModelPackageArn } = chosen;
      await decideAndFollow(
        connection,
        project,
        ModelPackageArn,
        decision.status,
        options,
        terminal,
      );
    });
}

/** Approves or rejects a package and shows what that starts, unless the caller does not want to wait. */
export async function decideAndFollow(
  connection: Connection,
  project: ProjectResources,
  packageArn: string,
  status: Decision['status'],
  options: Pick<DecisionOptions, 'follow' | 'message' | 'verbose'>,
  terminal: Terminal,
): Promise<void> {
  if (status === 'Approved') await warnOfAlarms(connection, project, status, terminal);
  const act = async () => {
    await decide(connection, packageArn, status, options.message);
    terminal.print(`${packageArn} is ${status}`);
    if (status === 'Rejected') return;
    for (const line of describeHandover(connection, project) ?? []) terminal.print(line);
  };
  if (!options.follow) return act();
  const arn = await executionOfDecision(connection, project, packageArn, act);
  const ended = await followPromotion(connection, project, arn, terminal, {
    verbose: options.verbose === true,
  });
  const outcome = await outcomeOfPromotion(connection, project, ended);
  printOutcome(outcome, terminal);
  const stands = await printIfWithdrawn(connection, packageArn, status, terminal);
  if (!outcome.isGood || !stands) process.exitCode = 1;
}

/** Another promotion may have judged the package, of several that gathered; false where it said no. */
async function printIfWithdrawn(
  { sagemaker }: Connection,
  packageArn: string,
  decided: Decision['status'],
  terminal: Terminal,
): Promise<boolean> {
  const { ModelApprovalStatus: status, ApprovalDescription: why } = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: packageArn }),
  );
  if (status === decided) return true;
  terminal.print(
    `  ${packageArn} is ${status} now${why === undefined ? '' : `: ${visibleLine(why)}`}`,
  );
  return false;
}

function parseVersion(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return version;
  throw new InvalidArgumentError('a version is a whole number from 1.');
}
