import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { visibleLine } from '../../local/index.ts';
import {
  listModelPackages,
  parsePredictions,
  type TestPredictions,
} from '../../operations/index.ts';
import { classChartsOf } from '../charts/class-charts.ts';
import { ChartPackagesMissing, draw } from '../charts/draw.ts';
import { predictedAgainstActual } from '../charts/predicted-against-actual.ts';
import { connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { readBesideEvaluation } from '../demo/trained-model.ts';
import { findProject } from '../project/project-resources.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface PlotOptions extends ProjectOptions {
  readonly output: string;
}

/** Beside the runtime's state, so that no chart is committed by mistake. */
const CHARTS_FOLDER = join('.stepmill', 'charts');

export function addPlot(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('plot'))
    .description('Draw how good a model is on its test rows, as SVG files.')
    .argument('[version]', 'the model version (default: the newest)', parseVersion)
    .option('-o, --output <folder>', 'where the files go', CHARTS_FOLDER)
    .action(async (version: number | undefined, options: PlotOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      const packages = await listModelPackages(connection, project);
      const chosen = packages.find(
        ({ ModelPackageVersion }) => version === undefined || ModelPackageVersion === version,
      );
      if (chosen?.ModelPackageArn === undefined) {
        throw new UserError(
          `${project.modelPackageGroupName} has no ${version === undefined ? 'version yet: upload data to train one' : `version ${version}`}; nothing was drawn.`,
        );
      }
      const text = await readBesideEvaluation(
        connection,
        chosen.ModelPackageArn,
        'predictions.csv',
      );
      const prefix = `${project.project}-${chosen.ModelPackageVersion}`;
      for (const file of await drawAll(parsePredictions(text), options.output, prefix)) {
        terminal.print(visibleLine(file));
      }
    });
}

/** @returns the files */
export async function drawAll(
  predictions: TestPredictions,
  folder: string,
  prefix: string,
): Promise<string[]> {
  const charts =
    predictions.kind === 'numbers'
      ? { 'predicted-against-actual': predictedAgainstActual(predictions.rows, 'values') }
      : classChartsOf(predictions);
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (const [name, chart] of Object.entries(charts)) {
    const file = join(folder, `${prefix}-${name}.svg`);
    await draw(chart, file).catch(explainMissingPackages);
    files.push(file);
  }
  return files;
}

function explainMissingPackages(error: unknown): never {
  if (!(error instanceof ChartPackagesMissing)) throw error;
  throw new UserError(`${error.message}; nothing was drawn.`, { cause: error });
}

function parseVersion(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return version;
  throw new InvalidArgumentError('a version is a whole number from 1 on.');
}
