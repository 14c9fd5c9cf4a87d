import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetContract, RowsRequest, ScoresRequest } from '../../events/index.ts';
import { inspectRows } from '../inspect-rows/inspect-rows.ts';
import { MemoryStore } from '../inspect-rows/memory-store.testing.ts';
import { NumberSummary } from './number-summary.ts';
import { summarizeScores } from './summarize-scores.ts';

const contract: DatasetContract = {
  columns: [
    { name: 'sex', type: 'category', values: ['F', 'I', 'M'] },
    { name: 'length', type: 'number', minimum: 0, maximum: 2 },
    { name: 'rings', type: 'integer' },
  ],
  label: 'rings',
  problem: 'regression',
  header: false,
  delimiter: ',',
  lineEnds: 'any',
  byteOrderMark: 'accept',
  minimumRows: 1,
};

const place = (key: string) => ({ bucket: 'bucket', key });

interface Scoring {
  readonly content: string;
  /** Answers to the rows that the model gets. */
  readonly answer: (rows: readonly string[]) => string;
  readonly changes?: Partial<DatasetContract>;
  readonly explained?: boolean;
}

/** Inspects a file, answers its good rows, and puts both together. */
async function score({ content, answer, changes = {}, explained = false }: Scoring) {
  const store = new MemoryStore({ source: content }, 11);
  const common = {
    project: 'abalone',
    batchId: 'b',
    contract: { ...contract, ...changes },
    source: { ...place('source'), versionId: 'v' },
    rejected: place('rejected'),
    execution: 'arn:e',
    requestedAt: '2026-11-30T02:00:09.000Z',
  };
  const inspection: RowsRequest = {
    ...common,
    rows: place('rows'),
    record: place('record'),
    batch: {},
  };
  const reply = await inspectRows(inspection, store);
  if (!reply.accepted) throw new Error(reply.reason);
  store.objects.set('answers', answer(String(store.objects.get('rows')).split('\n').slice(0, -1)));
  const request: ScoresRequest = {
    ...common,
    ...reply,
    answers: place('answers'),
    explained,
    predictions: place('predictions'),
    summary: place('summary'),
    modelPackageArn: 'arn:aws:sagemaker:r:a:model-package/g/3',
    drift: { verdict: 'ok' },
    startedAt: '2026-11-30T02:00:00.000Z',
  };
  return { store, request, summarize: () => summarizeScores(request, store) };
}

async function scored(scoring: Scoring) {
  const { store, summarize } = await score(scoring);
  const summary = await summarize();
  return { summary, store, predictions: store.objects.get('predictions') };
}

describe('a summary of scores', () => {
  it('has each answer beside its row, and sums up', async () => {
    const { predictions, store, summary } = await scored({
      content: 'M,0.4\nX,1\n\nF,0.5\r\nI,7\nI,0.3\n',
      answer: () => '9.5\n8\n11\n',
    });

    expect(predictions).toBe('sex,length,prediction\nM,0.4,9.5\nF,0.5,8\nI,0.3,11\n');
    expect(store.json('summary')).toEqual(summary);
    expect(summary).toEqual({
      version: 1,
      project: 'abalone',
      batchId: 'b',
      source: { bucket: 'bucket', key: 'source', versionId: 'v' },
      modelPackageArn: 'arn:aws:sagemaker:r:a:model-package/g/3',
      explained: false,
      rows: { scored: 3, rejected: 2, refused: 0 },
      problems: [
        {
          rule: 'unknown value',
          count: 1,
          examples: ['line 2, column sex: the value is none of F, I, M'],
        },
        {
          rule: 'out of range',
          count: 1,
          examples: ['line 5, column length: the value is above 2'],
        },
      ],
      columns: ['sex', 'length', 'prediction'],
      files: { predictions: 's3://bucket/predictions', rejected: 's3://bucket/rejected' },
      answers: {
        kind: 'number',
        mean: 9.5,
        standardDeviation: 1.5,
        minimum: 8,
        maximum: 11,
        bins: expect.any(Array) as unknown,
      },
      drift: { verdict: 'ok' },
      execution: 'arn:e',
      startedAt: '2026-11-30T02:00:00.000Z',
      endedAt: '2026-11-30T02:00:09.000Z',
    });
  });

  it.each([999, 1_000, 1_001])('has %i rows, written a thousand at a time', async (count) => {
    const rows = Array.from({ length: count }, (_, index) => `M,${index % 2}`);

    const { predictions } = await scored({
      content: `${rows.join('\n')}\n`,
      answer: () => rows.map((_, index) => `${index}\n`).join(''),
    });

    expect(predictions).toBe(
      ['sex,length,prediction', ...rows.map((row, index) => `${row},${index}`), ''].join('\n'),
    );
  });

  it('counts classes, and probabilities in tenths', async () => {
    const { predictions, summary } = await scored({
      content: '\uFEFFsex;length;rings\nM;0.4;1\nF;0.5;0\nI;0.3;0\n',
      changes: { problem: 'binary', header: true, delimiter: ';' },
      answer: (rows) =>
        rows.join('|') === 'M;0.4|F;0.5|I;0.3' ? '"a;b",0.91\nno,1\n"a;b",0.5\n' : '',
    });

    expect(predictions).toBe(
      'sex;length;rings;prediction;probability\nM;0.4;1;"a;b";0.91\nF;0.5;0;no;1\nI;0.3;0;"a;b";0.5\n',
    );
    expect(summary.answers).toEqual({
      kind: 'class',
      classes: [
        { name: 'a;b', count: 2 },
        { name: 'no', count: 1 },
      ],
      others: 0,
      probabilities: [
        { lower: 0.5, upper: 0.6, count: 1 },
        { lower: 0.9, upper: 1, count: 2 },
      ],
    });
    expect(summary.files).toEqual({ predictions: 's3://bucket/predictions' });
  });

  it('says of explained answers what led to them, and of refused rows why', async () => {
    const answers = [
      {
        row: 1,
        prediction: 'yes',
        probability: 0.75,
        confidence: { level: 'high', observedRate: 0.7, supportRows: 210 },
        riskFactors: [
          { column: 'length', contribution: 0.31234, value: 0.4 },
          { column: 'sex', contribution: -1.5, value: null },
        ],
      },
      { row: 2, error: 'sex: "I" is none of F, M.' },
    ];

    const { predictions, summary } = await scored({
      content: 'M,0.4\nI,0.5\n',
      changes: { problem: 'binary' },
      explained: true,
      answer: () => answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''),
    });

    expect(String(predictions).split('\n')).toEqual([
      'sex,length,prediction,probability,confidence,observed_rate,support_rows,risk_factors,error',
      'M,0.4,yes,0.75,high,0.7,210,length=0.4 +0.312; sex=missing -1.50,',
      'I,0.5,,,,,,,"sex: ""I"" is none of F, M."',
      '',
    ]);
    expect(summary.rows).toEqual({ scored: 1, rejected: 0, refused: 1 });
    expect(summary.answers).toMatchObject({ kind: 'class', classes: [{ name: 'yes', count: 1 }] });
  });

  it('says of explained numbers between which bounds they are', async () => {
    const answer = {
      row: 1,
      prediction: 9.5,
      confidence: { lower: 8, upper: 11 },
      riskFactors: [],
    };

    const { predictions } = await scored({
      content: 'M,0.4\n',
      explained: true,
      answer: () => JSON.stringify(answer),
    });

    expect(predictions).toBe(
      'sex,length,prediction,lower,upper,risk_factors,error\nM,0.4,9.5,8,11,,\n',
    );
  });

  it.each([
    ['fewer', 'The model gave 1 answer to 2 rows', '9\n'],
    ['no', 'The model gave no answer to 2 rows', ''],
    ['more', 'The model gave more answers to 2 rows', '9\n8\n7\n'],
  ])('is not written where there are %s answers', async (_what, message, answers) => {
    const { store, summarize } = await score({ content: 'M,0.4\nF,0.5\n', answer: () => answers });

    await expect(summarize()).rejects.toThrow(message);
    expect(store.objects.has('predictions')).toBe(false);
    expect(store.objects.has('summary')).toBe(false);
    expect(store.aborted).toContain('predictions');
  });

  it('takes a probability alone as a number, of scripts that answer so', async () => {
    const { summary } = await scored({
      content: 'M,0.4\nF,0.5\n',
      changes: { problem: 'binary' },
      answer: () => '0.25\n0.75\n',
    });

    expect(summary.answers).toMatchObject({ kind: 'number', mean: 0.5 });
  });

  it('keeps each answer at its row, for any mixture of good and bad rows', async () => {
    const row = fc.oneof(
      fc.integer({ min: 0, max: 2 }).map((value) => ({ text: `M,${value}`, isGood: true })),
      fc
        .constantFrom('X,1', 'M', 'M,9', 'M,"1', 'M,1,1,1')
        .map((text) => ({ text, isGood: false })),
      fc.constant({ text: '', isGood: false }),
    );
    const first = { text: 'F,0', isGood: true };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (rest) => {
        const rows = [first, ...rest];
        const good = rows.filter(({ isGood }) => isGood).map(({ text }) => text);

        const { predictions } = await scored({
          content: rows.map(({ text }) => text).join('\n'),
          answer: (given) => given.map((_row, index) => `${index}\n`).join(''),
        });

        expect(String(predictions).split('\n')).toEqual([
          'sex,length,prediction',
          ...good.map((text, index) => `${text},${index}`),
          '',
        ]);
      }),
      { seed: 14, numRuns: 100 },
    );
  });
});

describe('a summary of numbers', () => {
  it('counts each number in one bin that holds it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), {
          minLength: 1,
          maxLength: 300,
        }),
        (values) => {
          const summary = new NumberSummary();
          for (const value of values) summary.add(value);
          const { bins, mean, minimum, maximum } = summary.render();

          expect(bins.length).toBeLessThanOrEqual(40);
          for (const { lower, upper, count } of bins) {
            expect(values.filter((value) => value >= lower && value < upper)).toHaveLength(count);
          }
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
          expect([minimum, maximum]).toEqual([Math.min(...values), Math.max(...values)]);
          const sum = values.reduce((one, other) => one + other, 0);
          expect(Math.abs(mean - sum / values.length)).toBeLessThanOrEqual(1e-3);
        },
      ),
      { seed: 14, numRuns: 200 },
    );
  });
});
