import { type Command, Option } from 'commander';
import type { ConnectionOptions } from './connection.ts';

export interface ProjectOptions extends ConnectionOptions {
  readonly project?: string;
  readonly environment: string;
}

/** The options of every command that talks to a running AWS about one project. */
export function withProjectOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-p, --project <name>', 'the project (default: the only one deployed)').env(
        'STEPMILL_PROJECT',
      ),
    )
    .option('-e, --environment <name>', 'the environment the app was deployed to', 'dev')
    .option(
      '--endpoint <url>',
      'where the runtime answers (default: AWS_ENDPOINT_URL, else port 4566)',
    )
    .option('--region <name>', 'with --aws: the region (default: AWS_REGION, else us-east-1)')
    .option('--aws', 'talk to AWS itself instead of this machine');
}
