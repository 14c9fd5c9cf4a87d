import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { problemSchema, type ScoringSummary } from '../../events/index.ts';
import { visibleLine } from '../../local/index.ts';
import type { Outcome } from './outcome.ts';
import { readableCause } from './readable-cause.ts';
import { renderProblems } from './training-outcome.ts';

const outputSchema = z.object({
  outcome: z.string(),
  reason: z.string().optional(),
  problems: z.array(problemSchema).default([]),
  record: z.string().optional(),
  claimedBy: z.string().optional(),
  /** The URI of `summary.json`. */
  summary: z.string().optional(),
});

const advice: Readonly<Record<string, string>> = {
  Failed: 'Fix the cause and score the file again; --logs shows the output of the scripts.',
  'File rejected': 'Nothing was scored. Correct the file and score it again.',
  'No live model':
    'Nothing was scored. Approve a model with: npx stepmill approve, or name a version with --model.',
};

/** The outcomes after which there are predictions. */
const SCORED: readonly string[] = ['Scored', 'Duplicate'];

/** How a scoring ended, and where its summary is if it has one. */
export interface ScoringOutcome extends Outcome {
  readonly summaryUri: string | undefined;
}

/**
 * Reads how a scoring ended: `Scored`, `Duplicate`, `File rejected`, `File missing`, `No live model` or
 * `Failed`. It is good where there are predictions.
 */
export function outcomeOfScoring(ended: DescribeExecutionCommandOutput): ScoringOutcome {
  if (ended.status !== 'SUCCEEDED') {
    return {
      outcome: ended.error ?? ended.status ?? '',
      reasons: ended.cause === undefined ? [] : [readableCause(ended.cause)],
      advice: advice['Failed'],
      isGood: false,
      isWanted: false,
      summaryUri: undefined,
    };
  }
  const output = outputSchema.parse(JSON.parse(ended.output ?? 'null'));
  const isGood = SCORED.includes(output.outcome);
  return {
    outcome: output.outcome,
    reasons: [
      ...(output.reason === undefined ? [] : [visibleLine(output.reason)]),
      ...renderProblems(output.problems, output.record),
      ...(output.claimedBy === undefined
        ? []
        : [`The same file was scored by the same model before, by ${output.claimedBy}.`]),
    ],
    advice: advice[output.outcome],
    isGood,
    isWanted: output.outcome === 'Scored',
    summaryUri: isGood ? output.summary : undefined,
  };
}

const driftSchema = z.object({
  verdict: z.string(),
  drifted: z.array(z.string()).default([]),
});

/** What came of a file, a line each. */
export function renderSummary(summary: ScoringSummary): readonly string[] {
  const { data: drift } = driftSchema.safeParse(summary.drift);
  const { scored, rejected, refused } = summary.rows;
  return [
    `${scored} rows scored${rejected === 0 ? '' : `, ${rejected} set aside`}${refused === 0 ? '' : `, ${refused} refused by the model`}`,
    renderAnswers(summary.answers),
    ...(drift === undefined ? [] : [renderDrift(drift)]),
    ...renderProblems(summary.problems, undefined),
    `Predictions: ${visibleLine(summary.files.predictions)}`,
    ...(summary.files.rejected === undefined
      ? []
      : [`Set aside, with the reasons: ${visibleLine(summary.files.rejected)}`]),
  ];
}

/** Classes that are shown. */
const SHOWN_CLASSES = 10;

function renderAnswers(answers: ScoringSummary['answers']): string {
  if (answers.kind === 'number') {
    const { mean, standardDeviation, minimum, maximum } = answers;
    const [middle, spread, low, high] = [mean, standardDeviation, minimum, maximum].map((value) =>
      value.toPrecision(4),
    );
    return `prediction ${middle} ± ${spread}, from ${low} to ${high}`;
  }
  const shown = answers.classes.slice(0, SHOWN_CLASSES);
  const others =
    answers.others +
    answers.classes.slice(SHOWN_CLASSES).reduce((sum, { count }) => sum + count, 0);
  return [
    ...shown.map(({ name, count }) => `${visibleLine(name)} ${count}`),
    ...(others > 0 ? [`others ${others}`] : []),
  ].join(', ');
}

function renderDrift({ verdict, drifted }: z.output<typeof driftSchema>): string {
  const columns = drifted.length === 0 ? '' : `: ${drifted.map(visibleLine).join(', ')}`;
  return `drift: ${verdict}${columns}`;
}
