import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { predict } from '../project/predict-rows.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { sayWhenSlow } from '../terminal/say-when-slow.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface PredictOptions extends ProjectOptions {
  readonly file?: string;
  readonly contentType: string;
  readonly accept?: string;
  readonly inferenceId?: string;
}

export function addPredict(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('predict'))
    .description('Ask the live model for predictions.')
    .argument(
      '[rows...]',
      'raw rows without the label, for example M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15',
    )
    .option('-f, --file <path>', 'read the rows from a file; - is standard input')
    .option('--content-type <type>', 'what the rows are', 'text/csv')
    .option(
      '--accept <type>',
      'the Accept header, for scripts that read it; the kit answers in the form of the rows',
    )
    .option(
      '--inference-id <id>',
      'names the request in what is captured of it, for labels that arrive later (default: a new one)',
    )
    .action((rows: readonly string[], options: PredictOptions) =>
      predictRows(connect(options), bodyOf(rows, options.file), options, terminal),
    );
}

/** Prints the answer, and beside it the id by which labels name the request. */
export async function predictRows(
  connection: Connection,
  body: string,
  options: PredictOptions,
  terminal: Terminal,
): Promise<void> {
  const { contentType, accept = contentType, inferenceId = randomUUID() } = options;
  const project = await findProject(connection, options);
  const asked = predict(connection, project, body, { contentType, accept }, inferenceId);
  const answer = await sayWhenSlow(terminal, waitingFor(project), asked);
  terminal.print(answer.trimEnd());
  terminal.note(`Inference id: ${inferenceId}`);
}

function waitingFor({ endpointName, serving }: ProjectResources): string {
  if (serving?.type !== 'lambda') return `Waiting for ${endpointName} to answer.`;
  return `Waiting for ${serving.functionName} to answer: the first request after a while starts its container.`;
}

function readRows(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(
      `${file} cannot be read (${(error as Error).message}); nothing was asked. Name a file of rows with --file.`,
    );
  }
}

function bodyOf(rows: readonly string[], file: string | undefined): string {
  if (file !== undefined) return readRows(file);
  if (rows.length > 0) return rows.join('\n');
  throw new UserError(
    'There are no rows to predict. Give them as arguments, or a file with --file.',
  );
}
