import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import type { ScoringSummary } from '../../events/index.ts';
import { outcomeOfScoring, renderSummary } from './scoring-outcome.ts';

const ended = (output: object) =>
  ({ status: 'SUCCEEDED', output: JSON.stringify(output) }) as DescribeExecutionCommandOutput;

it.each([
  [{ outcome: 'Scored', summary: 's3://b/summary.json' }, true, 's3://b/summary.json', []],
  [
    { outcome: 'Duplicate', summary: 's3://b/summary.json', claimedBy: 'arn:first' },
    true,
    's3://b/summary.json',
    ['The same file was scored by the same model before, by arn:first.'],
  ],
  [
    {
      outcome: 'File rejected',
      reason: 'None of the 2 rows can be scored.',
      problems: [{ rule: 'wrong type', count: 2, examples: ['line 1: a\u001B[2J'] }],
      record: 's3://b/record.json',
    },
    false,
    undefined,
    [
      'None of the 2 rows can be scored.',
      'wrong type: line 1: a\\u{1b}[2J',
      '… and 1 more',
      'Record, with the values: s3://b/record.json',
    ],
  ],
  [
    { outcome: 'No live model', reason: 'No model of the registry is live.' },
    false,
    undefined,
    ['No model of the registry is live.'],
  ],
])('reads %j', (output, isGood, summaryUri, reasons) => {
  expect(outcomeOfScoring(ended(output))).toMatchObject({ isGood, summaryUri, reasons });
});

it('gives the cause of a failure', () => {
  const failed = { status: 'FAILED', error: 'States.TaskFailed', cause: 'Score rows: no' };

  expect(outcomeOfScoring(failed as DescribeExecutionCommandOutput)).toMatchObject({
    outcome: 'States.TaskFailed',
    reasons: ['Score rows: no'],
    isGood: false,
  });
});

const summary: ScoringSummary = {
  version: 1,
  project: 'p',
  batchId: 'b',
  source: { bucket: 'b', key: 'k', versionId: 'v' },
  modelPackageArn: 'arn:p/1',
  explained: false,
  rows: { scored: 10, rejected: 2, refused: 1 },
  problems: [{ rule: 'wrong type', count: 2, examples: ['line 1: a', 'line 2: b'] }],
  columns: ['a', 'prediction'],
  files: { predictions: 's3://b/predictions.csv', rejected: 's3://b/rejected.csv' },
  answers: {
    kind: 'class',
    classes: Array.from({ length: 12 }, (_, index) => ({ name: `c${index}`, count: 12 - index })),
    others: 5,
    probabilities: [],
  },
  drift: { verdict: 'drifted', drifted: ['age'] },
  execution: 'arn:e',
  startedAt: 't',
  endedAt: 't',
};

it('shows what came of a file', () => {
  expect(renderSummary(summary)).toEqual([
    '10 rows scored, 2 set aside, 1 refused by the model',
    'c0 12, c1 11, c2 10, c3 9, c4 8, c5 7, c6 6, c7 5, c8 4, c9 3, others 8',
    'drift: drifted: age',
    'wrong type: line 1: a',
    'wrong type: line 2: b',
    'Predictions: s3://b/predictions.csv',
    'Set aside, with the reasons: s3://b/rejected.csv',
  ]);
});
