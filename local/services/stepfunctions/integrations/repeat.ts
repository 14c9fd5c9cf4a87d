import type { Json, JsonObject } from '../../../../engine/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { isJsonObject } from '../json-value.ts';
import type { RequestSpec } from './request-spec.ts';
import { readText } from './results.ts';
import { callAs, type Task } from './task.ts';

/**
 * Whether a call that a crash interrupted can be repeated: reads, and writes that name the resource that
 * they create or have a client token, which are idempotent.
 *
 * @param args of the state, with the names that state machines use
 */
export function isRepeatable(operation: string, args: Json): boolean {
  const token = isJsonObject(args) ? args['ClientToken'] : undefined;
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
  if (operation === 'RunTask') return typeof token === 'string' && token !== '';
  return repeatable.test(operation) && !UNREPEATABLE.has(operation);
}

const repeatable =
  /^(Abort|Add|Attach|BatchDelete|BatchGet|Complete|Copy|Create|Delete|Deregister|Describe|Detach|Disable|Enable|Filter|Get|Head|List|Put|Query|Register|Remove|Scan|Select|Set|Simulate|StartExecution|Stop|Tag|Test|Untag|Update|Validate)/;

/** Operations with such names of which every call has a new effect. */
const UNREPEATABLE: ReadonlySet<string> = new Set([
  'CreateModelPackage',
  'CreateMultipartUpload',
  'PutEvents',
  'PutLogEvents',
  'PutMetricData',
]);

/**
 * A call that is repeated after a crash can be refused because the first one succeeded. If the existing resource
 * is the one that the call was to create, it is the result.
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

/** A conditional write that finds its own bytes has succeeded before. */
async function recoverPut(task: Task, input: object): Promise<JsonObject | undefined> {
  const { Bucket, Key, Body } = input as Readonly<Record<string, unknown>>;
  const stored = await callAs<StoredObject>(task, 's3', 'GetObject', { Bucket, Key });
  if ((await readText(stored.Body)) !== (await readText(Body))) return undefined;
  return stored.ETag === undefined ? {} : { ETag: stored.ETag };
}
