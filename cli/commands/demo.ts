import { join, resolve } from 'node:path';
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { checkStart, visibleLine } from '../../local/index.ts';
import { decide, findModelPackage } from '../../operations/index.ts';
import { ChartPackagesMissing, draw } from '../charts/draw.ts';
import { predictedAgainstActual } from '../charts/predicted-against-actual.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type DemoDataset, demoDataset } from '../demo/dataset.ts';
import { describeTrainedModel, type TrainedModel } from '../demo/trained-model.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { executionOfDecision, executionOfUpload } from '../follow/executions.ts';
import { outcomeOfTraining } from '../follow/training-outcome.ts';
import { predict } from '../project/predict-rows.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { uploadFile } from '../project/upload-file.ts';
import { environmentOf } from '../runtime/context-settings.ts';
import { forgetState } from '../runtime/forget-state.ts';
import { reportImages } from '../runtime/report-images.ts';
import {
  preparePython,
  reportRuntime,
  runRuntime,
  SHARED_PYTHON_FOLDER,
} from '../runtime/run-runtime.ts';
import { type RuntimeCommandOptions, withRuntimeOptions } from '../runtime/runtime-options.ts';
import { printSites } from '../runtime/sites.ts';
import { synthesize } from '../runtime/synthesize.ts';
import { findStory, listStories, tellStory } from '../stories/tell-story.ts';
import { listenForInterruption, unlessInterrupted } from '../terminal/interruption.ts';
import { bold, dim, green, seconds, type Terminal, terminalText } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface DemoOptions extends RuntimeCommandOptions {
  readonly data?: string;
  readonly story?: string;
  readonly keep?: boolean;
  readonly logs?: boolean;
  readonly verbose?: boolean;
}

/** Rings plus one and a half is an abalone's age in years (Nash et al. 1994). */
const RINGS_TO_YEARS = 1.5;
const SHOWN_PREDICTIONS = 3;

export function addDemo(program: Command, terminal: Terminal): void {
  withRuntimeOptions(program.command('demo'), { speed: 60, state: join('.stepmill', 'demo') })
    .description('Show the main job once: Abalone from upload to live prediction.')
    .option('--data <file>', 'an Abalone CSV (default: the UCI data, else a synthetic sample)')
    .option('--story <name>', 'play a story instead ("list" lists them)')
    .option('--keep', 'stay up at the end, to look around')
    .option('--logs', 'show the logs of the jobs')
    .option('--verbose', "show every state, and the runtime's own log")
    .addHelpText('after', () =>
      ['', 'Stories:', ...listStories()].map((line) => terminalText(line, false)).join('\n'),
    )
    .action(async (options: DemoOptions, command: Command) => {
      if (options.story === undefined) return runDemo(options, terminal);
      const { state, story, ...others } = options;
      if (story === 'list') return listStories().forEach((line) => terminal.print(line));
      const isStateGiven = command.getOptionValueSource('state') !== 'default';
      const endedWell = await tellStory(
        findStory(story),
        isStateGiven ? { ...others, state } : others,
        terminal,
      );
      if (!endedWell) process.exitCode = 1;
    });
}

async function runDemo(options: DemoOptions, terminal: Terminal): Promise<void> {
  const state = resolve(options.state);
  const interruption = listenForInterruption();
  const { signal } = interruption;
  await checkStart({ stateFolder: state, port: options.port });
  forgetState(state);
  const dataset = await demoDataset(options.data, state, terminal);
  const assembly = await synthesize('.stepmill', terminal, {
    context: options.context,
    signal,
  });
  await preparePython(SHARED_PYTHON_FOLDER, terminal, signal);
  const runtime = await runRuntime(
    { ...options, state, assembly, pythonFolder: SHARED_PYTHON_FOLDER, signal },
    terminal,
  );
  try {
    reportRuntime(runtime, terminal);
    await reportImages(assembly, options.containers, terminal);
    const stage = { ...options, state, endpoint: runtime.endpoint };
    await unlessInterrupted(interruption, showMainJob(stage, dataset, terminal));
    if (options.keep === true) {
      terminal.print('\nStill running, until Ctrl-C:');
      terminal.print(`  export AWS_ENDPOINT_URL=${runtime.endpoint}`);
      printSites(runtime, options, terminal);
      await interruption.asked;
    }
  } finally {
    await runtime.stop();
  }
}

interface Stage extends DemoOptions {
  readonly endpoint: string;
}

async function showMainJob(stage: Stage, data: DemoDataset, terminal: Terminal): Promise<void> {
  const connection = connect({ endpoint: stage.endpoint });
  const project = await findProject(connection, {
    project: 'abalone',
    environment: environmentOf(stage.context),
  });
  const startedAt = performance.now();

  terminal.print(`\n${bold('Upload')} ${data.origin}`);
  const uploaded = await uploadFile(connection, project, data.file, 'abalone.csv');
  const training = await executionOfUpload(connection, project, uploaded);
  const trained = outcomeOfTraining(await followExecution(connection, training, terminal, stage));
  if (trained.outcome !== 'Registered') {
    throw new UserError(
      ['The demonstration ended here, because no model was registered.', `${trained.outcome}:`]
        .concat(trained.reasons.map(visibleLine))
        .join(' '),
    );
  }

  const candidate = await findModelPackage(connection, project, {
    status: 'PendingManualApproval',
  });
  terminal.print(`\n${bold('Approve')} ${candidate.ModelPackageArn}`);
  const promotion = await executionOfDecision(connection, project, candidate.ModelPackageArn, () =>
    decide(connection, candidate.ModelPackageArn, 'Approved', 'Approved by the demonstration'),
  );
  demandSuccess(await followExecution(connection, promotion, terminal, stage));
  const elapsed = seconds(performance.now() - startedAt);

  const model = await describeTrainedModel(connection, candidate.ModelPackageArn);
  await showResults(connection, project, model, terminal);
  const chart = await describeChart(stage, model);
  terminal.print(`\n${green('✓')} Live after ${bold(elapsed)} of real time from the upload.`);
  terminal.print(`  ${chart}`);
  terminal.print(dim(`  State: ${stage.state} ("npm run demo -- --keep" stays up)`));
}

/** Draws the chart and says where it is, or why there is none. */
async function describeChart({ state }: Stage, { predictions }: TrainedModel): Promise<string> {
  const file = join(state, 'predictions.svg');
  try {
    await draw(predictedAgainstActual(predictions, 'rings'), file);
    return `Chart: ${file}`;
  } catch (error) {
    if (!(error instanceof ChartPackagesMissing)) throw error;
    return `No chart: ${error.message}`;
  }
}

function demandSuccess({ status, executionArn, output }: DescribeExecutionCommandOutput): void {
  if (status === 'SUCCEEDED') return;
  throw new UserError(
    `The demonstration ended here, because ${executionArn} ended as ${status}. ${visibleLine(output ?? '')}`.trim(),
  );
}

async function showResults(
  connection: Connection,
  project: ProjectResources,
  model: TrainedModel,
  terminal: Terminal,
): Promise<void> {
  terminal.print(`\n${bold('Metrics')} on the test split`);
  for (const { name, value, standardDeviation } of model.metrics) {
    terminal.print(
      `  ${visibleLine(name).padEnd(6)} ${value.toFixed(3)} ± ${standardDeviation.toFixed(3)}`,
    );
  }
  const { abalone } = await import('../../projects/abalone/project.ts');
  for (const { metric, maximum, minimum } of abalone.gate.bounds) {
    const bound = maximum === undefined ? `at least ${minimum}` : `at most ${maximum}`;
    terminal.print(`  ${green('✓')} passes the gate: ${metric} ${bound}`);
  }
  terminal.print(`\n${bold('Predictions')} of the endpoint ${project.endpointName}`);
  for (const { row, actual } of model.rows.slice(0, SHOWN_PREDICTIONS)) {
    const rings = Number(await predict(connection, project, row));
    terminal.print(
      `  ${visibleLine(row)}  ->  ${(rings + RINGS_TO_YEARS).toFixed(1)} years ${dim(`(true: ${(actual + RINGS_TO_YEARS).toFixed(1)})`)}`,
    );
  }
}
