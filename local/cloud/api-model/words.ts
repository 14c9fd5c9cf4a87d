import { shapeOf } from './facts.ts';
import type { ApiFacts, Shape } from './shapes.ts';

/**
 * An enumeration as AWS prints it: in the order of a hash set with 32 buckets over Java's `String.hashCode`;
 * of two values in one bucket the later one is first. All recorded errors have this order (`ExecutionStatus` of Step Functions, connections of EventBridge, alarm states).
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

/** A number, as Java prints a value of the type in the model. */
export function printNumber(value: unknown, type: Shape['type']): string {
  return type === 'double' && Number.isInteger(value) ? `${String(value)}.0` : String(value);
}

const REDACTED = '*** Sensitive Data Redacted ***';

/**
 * The most values of a list, map or structure that are printed, nested values included: a request that is too
 * large must not be printed whole for each constraint that it violates.
 */
const PRINTED_VALUES = 10_000;

/** A value, as AWS prints it in messages. */
export function printValue(facts: ApiFacts, reference: string, value: unknown): string {
  return new Printer(facts).print(reference, value);
}

class Printer {
  readonly #facts: ApiFacts;
  #left = PRINTED_VALUES;

  constructor(facts: ApiFacts) {
    this.#facts = facts;
  }

  print(reference: string, value: unknown): string {
    this.#left -= 1;
    const shape = shapeOf(this.#facts, reference);
    if (value === undefined || value === null) return 'null';
    if (shape.sensitive === true) return REDACTED;
    switch (shape.type) {
      case 'list': {
        const items = value as Iterable<unknown>;
        return `[${this.#all(items, (item) => this.print(shape.item, item))}]`;
      }
      case 'map': {
        const entries = Object.entries(value);
        return `{${this.#all(entries, ([key, item]) => `${key}=${this.print(shape.value, item)}`)}}`;
      }
      case 'structure':
      case 'union': {
        const given = value as Readonly<Record<string, unknown>>;
        const members = Object.entries(shape.members);
        const text = this.#all(
          members,
          ([name, member]) => `${lowerFirst(name)}=${this.print(member, given[name])}`,
        );
        return `${reference.replace(/!$/, '')}(${text})`;
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

  #all<Part>(parts: Iterable<Part>, print: (part: Part) => string): string {
    const texts: string[] = [];
    for (const part of parts) {
      if (this.#left <= 0) {
        texts.push('…');
        break;
      }
      texts.push(print(part));
    }
    return texts.join(', ');
  }
}

/** `Sat Nov 28 23:54:38 UTC 2026` */
function javaDate(time: Date): string {
  const [day = '', date, month, year, clock] = time.toUTCString().split(' ');
  return `${day.replace(',', '')} ${month} ${date} ${clock} UTC ${year}`;
}

/** A step of a path: the name of a member, the number of a list item, or a map entry. */
export type Step = string | number | MapKey;

/** The key of a map entry in a path. */
export class MapKey {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/** The path of a member in AWS's messages: `tags.2.member.key`. */
export function memberName(path: readonly Step[]): string {
  return path.map(printStep).join('.');
}

/** The path of a member in query requests: `MetricData.member.2.Unit`. */
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

/** All violations of a request in one sentence, as AWS reports them. */
export function sentenceOf(sentences: readonly string[]): string {
  const noun = sentences.length === 1 ? 'error' : 'errors';
  return `${sentences.length} validation ${noun} detected: ${sentences.join('; ')}`;
}
