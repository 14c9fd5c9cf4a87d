import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type Command, InvalidArgumentError } from 'commander';
import { scoringSummarySchema } from '../../events/index.ts';
import { visibleLine } from '../../local/index.ts';
import { findModelPackage, startScoring } from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { printOutcome } from '../follow/outcome.ts';
import { outcomeOfScoring, renderSummary } from '../follow/scoring-outcome.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { uploadFile } from '../project/upload-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface ScoreOptions extends ProjectOptions {
  readonly model?: number;
  readonly explain?: boolean;
  readonly output?: string;
  readonly follow: boolean;
  readonly logs?: boolean;
  readonly verbose?: boolean;
}

export function addScore(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('score'))
    .description('Score the rows of a file with the live model, and watch it.')
    .argument('<file>', 'a file as the project trains on, with or without the label')
    .option(
      '--model <version>',
      'the version that scores, as 3 or abalone:3 (default: the live one)',
      readVersion,
    )
    .option(
      '--explain',
      "add each row's confidence and risk factors (default: as the project says)",
    )
    .option('--no-explain', 'leave them out')
    .option('--output <path>', 'download the predictions to this file')
    .option('--no-follow', 'return once the scoring has started')
    .option('--logs', 'show the logs of the jobs')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action((file: string, options: ScoreOptions) => score(file, options, terminal));
}

async function score(file: string, options: ScoreOptions, terminal: Terminal): Promise<void> {
  const connection = connect(options);
  const project = await findProject(connection, { ...options, file });
  const scoring = demandScoring(project, options);
  const modelPackageArn = await findModel(connection, project, options.model);
  const { key, versionId } = await terminal.during(`Upload ${visibleLine(file)}`, () =>
    uploadFile(connection, { ...project, incomingPrefix: scoring.requestsPrefix }, file),
  );
  terminal.print(`s3://${project.bucket}/${visibleLine(key)}`);
  const execution = await startScoring(
    connection,
    { ...project, scoring },
    {
      key,
      versionId,
      modelPackageArn,
      explain: options.explain,
    },
  );
  if (!options.follow) return terminal.print(execution);
  const outcome = outcomeOfScoring(await followExecution(connection, execution, terminal, options));
  printOutcome(outcome, terminal);
  if (!outcome.isGood) process.exitCode = 1;
  if (outcome.summaryUri !== undefined) {
    await showSummary(connection, outcome.summaryUri, options.output, terminal);
  }
}

function demandScoring(project: ProjectResources, { explain }: ScoreOptions) {
  const { scoring } = project;
  if (scoring === undefined) {
    throw new UserError(
      `The project ${project.project} scores no files; nothing was uploaded. Add scoring: {} to its project.ts: npm start takes it over; on AWS, deploy it.`,
    );
  }
  if (explain === true && !scoring.canExplain) {
    throw new UserError(
      `The project ${project.project} has scripts of its own, which explain nothing; nothing was uploaded. Leave --explain out.`,
    );
  }
  return scoring;
}

async function findModel(
  connection: Connection,
  project: ProjectResources,
  version: number | undefined,
): Promise<string | undefined> {
  if (version === undefined) return undefined;
  const found = await findModelPackage(connection, project, { version, status: 'Approved' });
  return found.ModelPackageArn;
}

async function showSummary(
  connection: Connection,
  uri: string,
  output: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const summary = scoringSummarySchema.parse(
    JSON.parse(await (await open(connection, uri)).transformToString()),
  );
  for (const line of renderSummary(summary)) terminal.print(`  ${line}`);
  if (output === undefined) return;
  const body = await open(connection, summary.files.predictions);
  try {
    await pipeline(body, createWriteStream(output));
  } catch (error) {
    throw new UserError(
      `${visibleLine(output)} was not written (${(error as Error).message}). The predictions are in ${visibleLine(summary.files.predictions)}.`,
    );
  }
  terminal.print(`  Downloaded to ${visibleLine(output)}`);
}

async function open({ s3 }: Connection, uri: string) {
  const { hostname: bucket, pathname } = new URL(uri);
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: decodeURIComponent(pathname.slice(1)) }),
  );
  if (Body === undefined) throw new UserError(`${uri} could not be read.`);
  return Body as Readable & typeof Body;
}

function readVersion(text: string): number {
  const version = Number(text.split(':').at(-1));
  if (Number.isInteger(version) && version > 0) return version;
  throw new InvalidArgumentError('a version is a whole number from 1 on, such as 3 or abalone:3.');
}
