import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { visibleLine } from '../../local/index.ts';
import { bold, dim, green, red, type Terminal, yellow } from '../terminal/terminal.ts';
import { readableCause } from './readable-cause.ts';

const outputSchema = z.object({
  outcome: z.string(),
  reason: z.string().optional(),
  objections: z.array(z.string()).optional(),
  claimedBy: z.string().optional(),
  modelPackage: z.string().optional(),
  metrics: z.record(z.string(), z.unknown()).default({}),
});

const metricSchema = z.object({ value: z.number() });

/** How a training ended. */
export interface TrainingOutcome {
  /** `Registered`, `Below the gate`, `Dataset rejected`, `Duplicate`, `Superseded`, or `Failed`. */
  readonly outcome: string;
  /** Why, a line each. */
  readonly reasons: readonly string[];
  /** What the person can do about it. */
  readonly advice: string | undefined;
  /** Whether the data was taken: false where it was refused or gave no model that may go live. */
  readonly isGood: boolean;
}

const advice: Readonly<Record<string, string>> = {
  Failed: 'Fix the cause and upload the file again; --logs shows the output of the scripts.',
  Registered: 'Where approval is manual, make it live with: stepmill approve',
  'Below the gate':
    'Nothing was registered. Upload better data, or change the training or the gate of the project.',
  'Dataset rejected': 'Nothing was trained. Correct the file and upload it again.',
  Duplicate:
    'Nothing was trained again. Change the data, the scripts or the settings of the project to train another model.',
};

const refusals: readonly string[] = ['Below the gate', 'Dataset rejected'];

/** Reads how a training that has ended came out. */
export function outcomeOfTraining(ended: DescribeExecutionCommandOutput): TrainingOutcome {
  if (ended.status !== 'SUCCEEDED') {
    const reasons = ended.cause === undefined ? [] : [readableCause(ended.cause)];
    return {
      outcome: ended.error ?? ended.status ?? '',
      reasons,
      advice: advice['Failed'],
      isGood: false,
    };
  }
  const output = outputSchema.parse(JSON.parse(ended.output ?? 'null'));
  return {
    outcome: output.outcome,
    reasons: reasonsOf(output),
    advice: advice[output.outcome],
    isGood: !refusals.includes(output.outcome),
  };
}

function reasonsOf(output: z.output<typeof outputSchema>): readonly string[] {
  const metrics = renderMetrics(output.metrics);
  return [
    ...(output.modelPackage === undefined ? [] : [output.modelPackage]),
    ...(metrics === '' ? [] : [metrics]),
    ...(output.reason === undefined ? [] : [visibleLine(output.reason)]),
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

/** Says how a training ended, why, and what to do next. */
export function printTrainingOutcome(outcome: TrainingOutcome, terminal: Terminal): void {
  const paint = !outcome.isGood ? red : outcome.outcome === 'Registered' ? green : yellow;
  terminal.print(bold(paint(outcome.outcome)));
  // A reason may have lines of its own, which begin further in than ours.
  for (const reason of outcome.reasons) {
    terminal.print(`  ${reason.replaceAll(/\n {0,4}/g, '\n    ')}`);
  }
  if (outcome.advice !== undefined) terminal.print(dim(`  ${outcome.advice}`));
}
