import type { JsonObject } from '../../../../engine/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { RequestSpec } from './request-spec.ts';
import { readText } from './results.ts';
import { callAs, type Task } from './task.ts';

/**
 * Whether a call that may have happened already may be made again after a crash: reads, and writes
 * that name what they make, so that making it twice makes it once.
 */
export function isRepeatable(operation: string): boolean {
  return repeatable.test(operation) && !UNREPEATABLE.has(operation);
}

const repeatable =
  /^(Abort|Add|Attach|BatchDelete|BatchGet|Complete|Copy|Create|Delete|Deregister|Describe|Detach|Disable|Enable|Filter|Get|Head|List|Put|Query|Register|Remove|Scan|Select|Set|Simulate|StartExecution|Stop|Tag|Test|Untag|Update|Validate)/;

/** They look like the others, but every call does something new. */
const UNREPEATABLE: ReadonlySet<string> = new Set([
  'CreateModelPackage',
  'CreateMultipartUpload',
  'PutEvents',
  'PutLogEvents',
  'PutMetricData',
]);

/**
 * A call that was repeated after a crash may be refused because the first one had succeeded. Where
 * the thing it finds is the one it meant to make, that is its answer.
 */
export async function recoverRepeated(
  { operation }: RequestSpec,
  task: Task,
  input: object,
  error: unknown,
): Promise<JsonObject | undefined> {
  if (!task.invocation.resumed || !(error instanceof ServiceError)) return undefined;
  if (operation === 'PutObject' && error.status === 412) return recoverPut(task, input);
  return undefined;
}

interface StoredObject {
  readonly Body?: unknown;
  readonly ETag?: string;
}

/** A conditional write that finds its own bytes there has happened. */
async function recoverPut(task: Task, input: object): Promise<JsonObject | undefined> {
  const { Bucket, Key, Body } = input as Readonly<Record<string, unknown>>;
  const stored = await callAs<StoredObject>(task, 's3', 'GetObject', { Bucket, Key });
  if ((await readText(stored.Body)) !== (await readText(Body))) return undefined;
  return stored.ETag === undefined ? {} : { ETag: stored.ETag };
}
