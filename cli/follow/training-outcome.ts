import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { type Problem, problemSchema } from '../../events/index.ts';
import { visibleLine } from '../../local/index.ts';
import type { Outcome } from './outcome.ts';
import { readableCause } from './readable-cause.ts';

const outputSchema = z.object({
  outcome: z.string(),
  reason: z.string().optional(),
  problems: z.array(problemSchema).default([]),
  /** Where the record of refused data is. */
  record: z.string().optional(),
  objections: z.array(z.string()).optional(),
  claimedBy: z.string().optional(),
  modelPackage: z.string().optional(),
  metrics: z.record(z.string(), z.unknown()).default({}),
});

const metricSchema = z.object({ value: z.number() });

const advice: Readonly<Record<string, string>> = {
  Failed: 'Fix the cause and upload the file again; --logs shows the output of the scripts.',
  Registered: 'Where approval is manual, make it live with: npx stepmill approve',
  'Below the gate':
    'Nothing was registered. Upload better data, or change the training or the gate of the project.',
  'Dataset rejected': 'Nothing was trained. Correct the file and upload it again.',
  Duplicate:
    'Nothing was trained again: these data were trained on with the same scripts and settings. Change the data, a script, or problem, dataset, target, split, processing, training, evaluation, gate or registry in project.ts to train another model. Changes of serving, monitoring, retraining and of where steps run (compute, instanceType) do not count.',
};

const refusals: readonly string[] = ['Below the gate', 'Dataset rejected'];

/**
 * Reads how a training ended: `Registered`, `Below the gate`, `Dataset rejected`, `Duplicate`, `Superseded` or
 * `Failed`. It is good unless the data was refused or gave no model that may go live.
 */
export function outcomeOfTraining(ended: DescribeExecutionCommandOutput): Outcome {
  if (ended.status !== 'SUCCEEDED') {
    const reasons = ended.cause === undefined ? [] : [readableCause(ended.cause)];
    return {
      outcome: ended.error ?? ended.status ?? '',
      reasons,
      advice: advice['Failed'],
      isGood: false,
      isWanted: false,
    };
  }
  const output = outputSchema.parse(JSON.parse(ended.output ?? 'null'));
  return {
    outcome: output.outcome,
    reasons: reasonsOf(output),
    advice: advice[output.outcome],
    isGood: !refusals.includes(output.outcome),
    isWanted: output.outcome === 'Registered',
  };
}

function reasonsOf(output: z.output<typeof outputSchema>): readonly string[] {
  const metrics = renderMetrics(output.metrics);
  return [
    ...(output.modelPackage === undefined ? [] : [output.modelPackage]),
    ...(metrics === '' ? [] : [metrics]),
    ...(output.reason === undefined ? [] : [visibleLine(output.reason)]),
    ...renderProblems(output.problems, output.record),
    ...(output.objections ?? []),
    ...(output.claimedBy === undefined
      ? []
      : [`The same content was trained on before, by ${output.claimedBy}.`]),
    ...(output.outcome === 'Superseded'
      ? [
          'A newer version of the file was uploaded before the training began; that one is trained on.',
        ]
      : []),
  ];
}

/** `mse 4.318, mae 1.478`; what is no number, such as a confusion matrix, is left out. */
function renderMetrics(metrics: Readonly<Record<string, unknown>>): string {
  return Object.entries(metrics)
    .flatMap(([name, metric]) => {
      const { data } = metricSchema.safeParse(metric);
      return data === undefined ? [] : [`${name} ${data.value.toFixed(3)}`];
    })
    .join(', ');
}

/** The maximum number of places of refused data that are shown. */
const SHOWN_PLACES = 20;

/** Where the data is not as the project says: the first places, then how many more there are. */
export function renderProblems(problems: readonly Problem[], record: string | undefined): string[] {
  const places = problems.flatMap(({ rule, examples }) =>
    examples.map((example) => `${rule}: ${visibleLine(example)}`),
  );
  const shown = places.slice(0, SHOWN_PLACES);
  const more = problems.reduce((sum, { count }) => sum + count, 0) - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(record === undefined ? [] : [`Record, with the values: ${visibleLine(record)}`]),
  ];
}
