import type { ApiFacts, Shape } from './facts.ts';
import { shapeOf } from './facts.ts';

/**
 * An enumeration as AWS prints it: not in the model's order but in that of a hash set with 32 buckets
 * over Java's `String.hashCode`, the later value first where two share one. So are all lists in
 * recorded answers (`ExecutionStatus` of Step Functions, connections of EventBridge, alarm states).
 */
export function enumSet(values: readonly string[]): readonly string[] {
  return values
    .map((value, index) => ({ value, index, bucket: javaHash(value) & 31 }))
    .sort((a, b) => a.bucket - b.bucket || b.index - a.index)
    .map(({ value }) => value);
}

function javaHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

/** A number as the model's type prints in Java. */
export function printNumber(value: unknown, type: Shape['type']): string {
  return type === 'double' && Number.isInteger(value) ? `${String(value)}.0` : String(value);
}

const REDACTED = '*** Sensitive Data Redacted ***';

/** A value as AWS's own objects print themselves. */
export function printValue(facts: ApiFacts, reference: string, value: unknown): string {
  const shape = shapeOf(facts, reference);
  if (value === undefined || value === null) return 'null';
  if (shape.sensitive === true) return REDACTED;
  switch (shape.type) {
    case 'list':
      return `[${[...(value as Iterable<unknown>)].map((item) => printValue(facts, shape.item, item)).join(', ')}]`;
    case 'map': {
      const entries = Object.entries(value).map(
        ([key, item]) => `${key}=${printValue(facts, shape.value, item)}`,
      );
      return `{${entries.join(', ')}}`;
    }
    case 'structure':
    case 'union': {
      const given = value as Readonly<Record<string, unknown>>;
      const members = Object.entries(shape.members).map(
        ([name, member]) => `${lowerFirst(name)}=${printValue(facts, member, given[name])}`,
      );
      return `${reference.replace(/!$/, '')}(${members.join(', ')})`;
    }
    case 'timestamp':
      return value instanceof Date ? javaDate(value) : printNumber(value, shape.type);
    case 'blob':
      return 'java.nio.HeapByteBuffer';
    case 'boolean':
    case 'double':
    case 'float':
    case 'integer':
    case 'long':
    case 'string':
      return printNumber(value, shape.type);
  }
}

/** `Sat Nov 28 23:54:38 UTC 2026` */
function javaDate(time: Date): string {
  const [day = '', date, month, year, clock] = time.toUTCString().split(' ');
  return `${day.replace(',', '')} ${month} ${date} ${clock} UTC ${year}`;
}

/** A part of the way to a member: a member's name, a list's item by number, or a map's entry. */
export type Step = string | number | MapKey;

/** The key of a map's entry on the way to a member. */
export class MapKey {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/** The way to a member as AWS's messages name it: `tags.2.member.key`. */
export function memberName(path: readonly Step[]): string {
  return path.map(printStep).join('.');
}

/** The way to a member as query requests write it: `MetricData.member.2.Unit`. */
export function wirePath({ path }: { readonly path: readonly Step[] }): string {
  return path
    .map((step) =>
      typeof step === 'number' ? `member.${step}` : step instanceof MapKey ? step.key : step,
    )
    .join('.');
}

function printStep(step: Step): string {
  if (typeof step === 'string') return lowerFirst(step);
  return `${typeof step === 'number' ? step : step.key}.member`;
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** All that is wrong with a request in one sentence, as AWS's front end answers it. */
export function sentenceOf(sentences: readonly string[]): string {
  const noun = sentences.length === 1 ? 'error' : 'errors';
  return `${sentences.length} validation ${noun} detected: ${sentences.join('; ')}`;
}
