import type { Json, JsonObject } from '../../../../engine/index.ts';
import { pascalCase } from './arguments.ts';
import type { Shape, StructureShape } from './schema.ts';

/** The format of timestamps in results: numbers in the optimized integrations, text in the others. */
export type TimestampStyle = 'epochMilliseconds' | 'iso8601';

/** The output of an SDK operation as a task's result: PascalCase, in that order, bodies as text. */
export async function renderResult(
  shape: StructureShape,
  output: object,
  timestamps: TimestampStyle,
): Promise<JsonObject> {
  const rendered: (readonly [string, Json])[] = [];
  const members = new Map<string, unknown>(Object.entries(output));
  for (const [name, member] of shape.members) {
    const value = members.get(name);
    if (value === undefined || value === null) continue;
    rendered.push([pascalCase(name), await renderValue(member(), value, timestamps)]);
  }
  return Object.fromEntries(rendered.sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function renderValue(
  shape: Shape,
  value: unknown,
  timestamps: TimestampStyle,
): Promise<Json> {
  switch (shape.kind) {
    case 'structure':
      return renderResult(shape, Object(value), timestamps);
    case 'list':
      return Promise.all(
        [...iterate(value)].map((item) => renderValue(shape.member(), item, timestamps)),
      );
    case 'map':
      return Object.fromEntries(
        await Promise.all(
          Object.entries(Object(value)).map(async ([key, item]) => [
            key,
            await renderValue(shape.value(), item, timestamps),
          ]),
        ),
      );
    case 'blob':
    case 'streaming':
      return readText(value);
    case 'timestamp':
      return renderTimestamp(value, timestamps);
    case 'number':
      return Number(value);
    case 'boolean':
      return Boolean(value);
    case 'document':
      return value as Json;
    case 'string':
      return String(value);
  }
}

function iterate(value: unknown): Iterable<unknown> {
  return Array.isArray(value) ? value : [];
}

function renderTimestamp(value: unknown, style: TimestampStyle): Json {
  const date = value instanceof Date ? value : new Date(String(value));
  return style === 'epochMilliseconds' ? date.getTime() : renderInstant(date);
}

/** As Java prints an instant: a zero fraction is dropped. */
function renderInstant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** A body as text: Step Functions has no binary values. */
export async function readText(body: unknown): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  if (!isAsyncIterable(body)) return '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of body)
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : toBytes(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function toBytes(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
