import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { hyperparametersSchema, judgeHyperparameter, type Project } from '../definition/index.ts';

/** `metrics.json` beside scripts: what they write for each problem; `f1_*` is one for each class. */
const metricsSchema = z.partialRecord(
  z.enum(['regression', 'binary', 'multiclass']),
  z.array(z.string()),
);

/**
 * Hyperparameters that the scripts do not take, and metrics of the gate that they do not write: by
 * the tables beside the scripts, else by the words in them.
 */
export function findWrongSettings(project: Project, folder: string): string[] {
  const code = readCode(folder);
  return [
    ...findWrongHyperparameters(project, folder, code),
    ...findUnknownMetrics(project, folder, code),
    ...findBoundsOutOfRange(project, folder),
  ];
}

/** All `.py` files of the folder in one text. */
function readCode(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function readTable<Table>(file: string, schema: z.ZodType<Table>): Table | undefined {
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

function findWrongHyperparameters({ training }: Project, folder: string, code: string): string[] {
  const { algorithm, hyperparameters } = training;
  const table = readTable(join(folder, 'hyperparameters.json'), hyperparametersSchema);
  const known = algorithm === undefined ? undefined : table?.[algorithm];
  return Object.entries(hyperparameters).flatMap(([name, value]) => {
    const rule =
      known === undefined
        ? judgeArgument(name, code)
        : judgeHyperparameter(known, name, value, algorithm ?? '');
    if (rule === undefined) return [];
    return [`training.hyperparameters.${name}: ${rule}; got ${JSON.stringify(value)}.`];
  });
}

/** Scripts that read their arguments in another way are not checked here; their jobs report the mistake. */
function judgeArgument(name: string, code: string): string | undefined {
  if (!code.includes('argparse') || code.includes('parse_known_args')) return undefined;
  if (code.includes(`"--${name}"`) || code.includes(`'--${name}'`)) return undefined;
  return `is not an argument of the scripts: no .py file in the folder of \`code\` holds "--${name}"`;
}

function findUnknownMetrics({ gate, problem }: Project, folder: string, code: string): string[] {
  const known = readTable(join(folder, 'metrics.json'), metricsSchema)?.[problem];
  const asked = [
    ...gate.bounds.map(({ metric }, index) => ({ metric, field: `gate.bounds[${index}]` })),
    ...gate.suspicious.map(({ metric }, index) => ({ metric, field: `gate.suspicious[${index}]` })),
    ...(gate.champion === undefined
      ? []
      : [{ metric: gate.champion.metric, field: 'gate.champion' }]),
  ];
  return asked.flatMap(({ metric, field }) => {
    const rule =
      known === undefined ? judgeMetricWord(metric, code) : judgeMetric(known, metric, problem);
    return rule === undefined ? [] : [`${field}.metric: ${rule}; got ${JSON.stringify(metric)}.`];
  });
}

/** The smallest and the largest value of the kit's metrics; others have 0 and 1. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  mse: [0, Infinity],
  mae: [0, Infinity],
  log_loss: [0, Infinity],
  // Of several classes, the sum of their squared differences.
  brier: [0, 2],
  brier_skill: [-Infinity, 1],
  r2: [-Infinity, 1],
};

interface RangedBound {
  readonly metric: string;
  readonly field: string;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/** Bounds that every model or no model passes, such as an AUC of at least 1.2. */
function findBoundsOutOfRange({ gate, problem }: Project, folder: string): string[] {
  const known = readTable(join(folder, 'metrics.json'), metricsSchema)?.[problem];
  const bounds: readonly RangedBound[] = [
    ...gate.bounds.map((bound, index) => ({ ...bound, field: `gate.bounds[${index}]` })),
    ...gate.suspicious.map((bound, index) => ({ ...bound, field: `gate.suspicious[${index}]` })),
  ];
  return bounds.flatMap(({ metric, field, minimum, maximum }) => {
    if (known === undefined || judgeMetric(known, metric, problem) !== undefined) return [];
    const [least, most] = RANGES[metric] ?? [0, 1];
    return Object.entries({ minimum, maximum })
      .filter(([, value = least]) => value < least || value > most)
      .map(
        ([end, value]) =>
          `${field}.${end}: must be a value of ${metric}, from ${least} to ${most}; got ${value}.`,
      );
  });
}

function judgeMetric(
  known: readonly string[],
  metric: string,
  problem: string,
): string | undefined {
  const isKnown = known.some((name) =>
    name.endsWith('*') ? metric.startsWith(name.slice(0, -1)) : metric === name,
  );
  return isKnown
    ? undefined
    : `is not a metric of the problem "${problem}" (there are ${known.join(', ')})`;
}

/** Scripts that do not write metrics under SageMaker's names are not checked here; their jobs report the mistake. */
function judgeMetricWord(metric: string, code: string): string | undefined {
  if (!code.includes('_metrics')) return undefined;
  const words = new Set(code.match(/[A-Za-z][\w.-]*/g));
  if (words.has(metric)) return undefined;
  return `is not a metric that the scripts write: no .py file in the folder of \`code\` holds the word ${metric}`;
}
