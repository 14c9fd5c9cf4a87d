import { StringDecoder } from 'node:string_decoder';
import * as z from 'zod';
import { readRecords } from '../inspect-dataset/read-records.ts';

/** The answer to a row. */
export interface Answer {
  /** What stands beside the row. */
  readonly fields: readonly string[];
  /** Whether the model refused the row. */
  readonly isRefused: boolean;
}

/** Reads answers as an endpoint gives them: CSV, a line a row. */
export async function* readPlainAnswers(stream: AsyncIterable<Buffer>): AsyncGenerator<Answer[]> {
  for await (const records of readRecords(stream, ',')) {
    yield records.map(({ fields }) => ({ fields, isRefused: false }));
  }
}

const factorSchema = z.object({
  column: z.string(),
  contribution: z.number(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
});

/** A line of what `monitoring/python/score.py` writes. */
const explainedSchema = z.object({
  prediction: z.union([z.string(), z.number(), z.boolean()]).optional(),
  probability: z.number().optional(),
  confidence: z
    .object({
      level: z.string().optional(),
      observedRate: z.number().nullish(),
      supportRows: z.number().optional(),
      lower: z.number().optional(),
      upper: z.number().optional(),
    })
    .optional(),
  riskFactors: z.array(factorSchema).default([]),
  error: z.string().optional(),
});

type Explained = z.infer<typeof explainedSchema>;

/** The columns of explained answers; those of classes, or of numbers. */
export function nameExplained(isClass: boolean): readonly string[] {
  const own = isClass
    ? ['probability', 'confidence', 'observed_rate', 'support_rows']
    : ['lower', 'upper'];
  return ['prediction', ...own, 'risk_factors', 'error'];
}

/** Reads answers with what led to them: JSON, a line a row. */
export async function* readExplainedAnswers(
  stream: AsyncIterable<Buffer>,
  isClass: boolean,
): AsyncGenerator<Answer[]> {
  for await (const lines of readLines(stream)) {
    yield lines.map((line) => toAnswer(explainedSchema.parse(JSON.parse(line)), isClass));
  }
}

async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield lines.filter((line) => line !== '');
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}

function toAnswer(explained: Explained, isClass: boolean): Answer {
  const { prediction, probability, confidence, riskFactors, error } = explained;
  const own = isClass
    ? [probability, confidence?.level, confidence?.observedRate, confidence?.supportRows]
    : [confidence?.lower, confidence?.upper];
  return {
    fields: [
      ...[prediction, ...own].map((value) => String(value ?? '')),
      riskFactors.map(renderFactor).join('; '),
      error ?? '',
    ],
    isRefused: error !== undefined,
  };
}

/** `age=29 +0.31`: the value, and what it adds. */
function renderFactor({ column, contribution, value }: z.infer<typeof factorSchema>): string {
  const sign = contribution < 0 ? '' : '+';
  const shown = String(value ?? 'missing');
  return `${column}=${shown} ${sign}${contribution.toPrecision(3)}`;
}
