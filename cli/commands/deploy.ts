import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { visibleLine } from '../../local/index.ts';
import { connect } from '../connection/connection.ts';
import { demoDataset } from '../demo/dataset.ts';
import { findIdentity } from '../deploy/identity.ts';
import { type Outputs, readOutputs, renderOutputs } from '../deploy/outputs.ts';
import { runCdk } from '../deploy/run-cdk.ts';
import { findProject } from '../project/project-resources.ts';
import { uploadData } from '../project/upload-data.ts';
import { environmentOf, withContextSettings } from '../runtime/context-settings.ts';
import { findCdk } from '../runtime/synthesize.ts';
import { bold, dim, type Terminal } from '../terminal/terminal.ts';

interface DeployOptions {
  readonly context: readonly string[];
  readonly profile?: string;
  readonly region?: string;
  readonly project: string;
  readonly data?: string;
  readonly upload: boolean;
  readonly yes?: boolean;
}

/** The project of the sample that Stepmill brings. */
const SAMPLE_PROJECT = 'abalone';
const SAMPLE_FOLDER = '.stepmill/demo';

export function addDeploy(program: Command, terminal: Terminal): void {
  withContextSettings(program.command('deploy'))
    .description('Deploy the app to AWS with your credentials, upload data, and print its outputs.')
    .argument('[stacks...]', 'the stacks, as "npx cdk list" names them (default: all)')
    .option('--profile <name>', 'the profile of your credentials')
    .option('--region <name>', 'the region (default: AWS_REGION, else us-east-1)')
    .option('-p, --project <name>', 'the project that the data are for', SAMPLE_PROJECT)
    .option('--data <file>', 'upload this file (default: the Abalone data)')
    .option('--no-upload', 'upload nothing')
    .option('--yes', 'do not ask before permissions are widened')
    .action((stacks: string[], options: DeployOptions) => deploy(stacks, options, terminal));
}

async function deploy(
  stacks: readonly string[],
  options: DeployOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.profile !== undefined) process.env['AWS_PROFILE'] = options.profile;
  const region = options.region ?? process.env['AWS_REGION'] ?? 'us-east-1';
  process.env['AWS_REGION'] = region;
  const { account, arn } = await findIdentity(region);
  terminal.note(`Deploy to account ${account}, region ${region}, as ${arn}`);
  const outputs = await runDeployment(stacks, options);
  if (options.upload) await uploadSample({ ...options, region }, terminal);
  for (const line of renderOutputs(outputs)) terminal.print(line);
}

async function runDeployment(
  stacks: readonly string[],
  { context, yes }: DeployOptions,
): Promise<Outputs> {
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-deploy-'));
  const file = join(folder, 'outputs.json');
  const chosen = stacks.length === 0 ? ['--all'] : stacks;
  const settings = context.flatMap((setting) => ['--context', setting]);
  const approval = yes === true ? ['--require-approval', 'never'] : [];
  try {
    await runCdk(findCdk(), [
      'deploy',
      ...chosen,
      '--outputs-file',
      file,
      ...settings,
      ...approval,
    ]);
    return readOutputs(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As any upload: the training starts by the event of the object. */
async function uploadSample(options: DeployOptions, terminal: Terminal): Promise<void> {
  const { data, project: name, region } = options;
  if (data === undefined && name !== SAMPLE_PROJECT) {
    terminal.note(
      `There is no sample for ${name}, so nothing was uploaded. Name a file with --data.`,
    );
    return;
  }
  const connection = connect({ aws: true, ...(region === undefined ? {} : { region }) });
  const project = await findProject(connection, {
    project: name,
    environment: environmentOf(options.context),
  });
  const { file } = await demoDataset(data, SAMPLE_FOLDER, terminal);
  const { bucket, key } = await uploadData(connection, project, file, { terminal });
  terminal.note(`${bold('Training starts')} on s3://${bucket}/${visibleLine(key)}`);
  terminal.note(dim(`  Watch it: npx stepmill status --watch --aws --project ${name}`));
}
