import type { Command } from 'commander';
import { visibleLine } from '../../local/index.ts';
import { connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { executionOfUpload } from '../follow/executions.ts';
import { printOutcome } from '../follow/outcome.ts';
import { outcomeOfTraining } from '../follow/training-outcome.ts';
import { findProject } from '../project/project-resources.ts';
import { uploadData } from '../project/upload-data.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface UploadOptions extends ProjectOptions {
  readonly follow: boolean;
  readonly logs?: boolean;
  readonly verbose?: boolean;
  readonly name?: string;
}

export function addUpload(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('upload'))
    .description('Put data where its project trains on it, and watch the training.')
    .argument('<file>', 'the data file, or the folder where datasets are folders')
    .option('--name <key>', 'the name to upload it under (default: the name of the file or folder)')
    .option('--no-follow', 'return once it is uploaded')
    .option('--logs', 'show the logs of the jobs')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action(async (file: string, options: UploadOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, { ...options, file });
      const uploaded = await uploadData(connection, project, file, {
        name: options.name,
        terminal,
      });
      terminal.print(`s3://${uploaded.bucket}/${visibleLine(uploaded.key)}`);
      if (!options.follow) return;
      const executionArn = await executionOfUpload(connection, project, uploaded);
      const ended = await followExecution(connection, executionArn, terminal, options);
      const outcome = outcomeOfTraining(ended);
      printOutcome(outcome, terminal);
      if (!outcome.isGood) process.exitCode = 1;
    });
}
