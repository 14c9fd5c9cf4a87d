import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Clients } from './clients.ts';
import type { Trial } from './trial.ts';

/** How a shadow's answers differ from those that clients got. */
export interface ShadowComparison {
  /** Requests that both answered, and whose answers were captured. */
  readonly requests: number;
  /** Answers in them: one a row. */
  readonly answers: number;
  /** Captured answers of one side only. */
  readonly unpaired: number;
  /** Undefined without a pair of numbers. */
  readonly meanAbsoluteDifference: number | undefined;
  readonly largestDifference: number | undefined;
  /** From 0 to 1. */
  readonly differentShare: number | undefined;
}

/** Files of a variant that are read, newest first. A file holds a minute or more. */
const MAXIMUM_FILES = 500;
/** Two numbers nearer than this, relative to their size, are one answer. */
const TOLERANCE = 1e-6;

const sideSchema = z.object({ data: z.string(), encoding: z.enum(['CSV', 'JSON', 'BASE64']) });
/** https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html */
const lineSchema = z.object({
  captureData: z.object({ endpointOutput: sideSchema.optional() }),
  eventMetadata: z.object({
    eventId: z.string(),
    inferenceId: z.string().optional(),
    inferenceTime: z.coerce.date(),
  }),
});

type Answers = ReadonlyMap<string, readonly string[]>;

/**
 * Compares what both variants of a shadow trial answered to the same requests, from captured data.
 * Requests are known by the inference id that a client gave, else by SageMaker's event id.
 */
export async function compareShadow(connection: Clients, trial: Trial): Promise<ShadowComparison> {
  const champion = await readAnswers(connection, trial, trial.champion.name);
  const challenger = await readAnswers(connection, trial, trial.challenger.name);
  return compareAnswers(champion, challenger);
}

/** Exported for its test. */
export function compareAnswers(champion: Answers, challenger: Answers): ShadowComparison {
  const differences: number[] = [];
  let requests = 0;
  let answers = 0;
  let different = 0;
  for (const [id, given] of champion) {
    const shadowed = challenger.get(id);
    if (shadowed === undefined) continue;
    requests += 1;
    for (let index = 0; index < Math.max(given.length, shadowed.length); index += 1) {
      answers += 1;
      const difference = differenceOf(given[index], shadowed[index]);
      if (typeof difference === 'number') differences.push(Math.abs(difference));
      if (difference !== 0) different += 1;
    }
  }
  const sum = differences.reduce((total, value) => total + value, 0);
  return {
    requests,
    answers,
    unpaired: champion.size + challenger.size - 2 * requests,
    meanAbsoluteDifference: differences.length === 0 ? undefined : sum / differences.length,
    largestDifference:
      differences.length === 0
        ? undefined
        : differences.reduce((largest, value) => Math.max(largest, value), 0),
    differentShare: answers === 0 ? undefined : different / answers,
  };
}

/** 0 for one answer; a number for two; a word for what has no distance. */
function differenceOf(one: string | undefined, other: string | undefined): number | 'different' {
  if (one === undefined || other === undefined) return 'different';
  const [left, right] = [Number(one), Number(other)];
  if (one === '' || other === '' || Number.isNaN(left) || Number.isNaN(right)) {
    return one === other ? 0 : 'different';
  }
  const size = Math.max(1, Math.abs(left), Math.abs(right));
  return Math.abs(left - right) <= TOLERANCE * size ? 0 : left - right;
}

async function readAnswers(connection: Clients, trial: Trial, variant: string): Promise<Answers> {
  const { hostname: Bucket, pathname } = new URL(trial.captureUri ?? 's3://none/');
  const folder = [pathname.replaceAll(/^\/|\/$/g, ''), trial.endpointName, variant];
  const keys = await listFiles(connection, Bucket, `${folder.join('/')}/`, trial.startedAt);
  const answers = new Map<string, readonly string[]>();
  // Captured times are whole seconds.
  const begin = new Date(Math.floor(trial.startedAt.getTime() / 1_000) * 1_000);
  for (const Key of keys) {
    const { Body } = await connection.s3.send(new GetObjectCommand({ Bucket, Key }));
    for (const line of ((await Body?.transformToString()) ?? '').split('\n')) {
      if (line.trim() === '') continue;
      const { captureData, eventMetadata } = lineSchema.parse(JSON.parse(line));
      const { endpointOutput: output } = captureData;
      // The hour's first file may hold requests of before, also of another trial.
      if (output === undefined || eventMetadata.inferenceTime < begin) continue;
      answers.set(eventMetadata.inferenceId ?? eventMetadata.eventId, rowsOf(output));
    }
  }
  return answers;
}

function rowsOf({ data, encoding }: z.infer<typeof sideSchema>): readonly string[] {
  const text = encoding === 'BASE64' ? Buffer.from(data, 'base64').toString('utf8') : data;
  if (encoding === 'JSON') return flatten(JSON.parse(text));
  return text
    .trim()
    .split(/\r?\n|,/)
    .map((value) => value.trim());
}

function flatten(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(flatten);
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

/** The newest files since the trial began; keys hold the hour of their requests. */
async function listFiles(
  { s3 }: Clients,
  Bucket: string,
  Prefix: string,
  since: Date,
): Promise<readonly string[]> {
  const hour = since.toISOString().slice(0, 13).replaceAll('-', '/').replace('T', '/');
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix,
        ContinuationToken,
        // Keys are in order of time; those of earlier hours are of no interest.
        ...(ContinuationToken === undefined ? { StartAfter: `${Prefix}${hour}` } : {}),
      }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys.slice(-MAXIMUM_FILES);
}
