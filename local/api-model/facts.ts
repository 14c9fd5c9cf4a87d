import { readFileSync } from 'node:fs';
import type { ServiceName } from '../service.ts';
import { exceptions } from './exceptions.ts';

/** What the API model says about a value beside its type. */
export interface Rules {
  /** Of a number its value; of a text, a list or a map its length; of a blob its bytes. */
  readonly min?: number;
  readonly max?: number;
  /** A Java regular expression that must match the whole text. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Messages do not print the value. */
  readonly sensitive?: boolean;
  /** Of a text: its length is that of its UTF-8 form. Never in a model; see `exceptions`. */
  readonly countsBytes?: boolean;
}

/** How a structure's or list's parts are named: a shape or a bare type; `!` stands behind what must be there. */
export type Reference = string;

/** One shape as `test/api-model/write.mjs` writes it. */
export type Shape = Rules &
  (
    | {
        readonly type: 'structure' | 'union';
        readonly members: Readonly<Record<string, Reference>>;
      }
    | { readonly type: 'list'; readonly item: Reference }
    | { readonly type: 'map'; readonly key: Reference; readonly value: Reference }
    | { readonly type: PlainType }
  );

const PLAIN_TYPES = [
  ...(['blob', 'boolean', 'double', 'float'] as const),
  ...(['integer', 'long', 'string', 'timestamp'] as const),
];

export type PlainType = (typeof PLAIN_TYPES)[number];

/** The inputs of one API. */
export interface ApiFacts {
  /** By operation the shape of its input; operations without input are not here. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The files of facts by service, where they have other names: botocore's. */
const apisOf: Partial<Record<ServiceName, readonly string[]>> = {
  eventbridge: ['events'],
  sagemaker: ['sagemaker', 'sagemaker-runtime'],
};

/** Reads what a service's API models say; each is a file beside this one. */
export function readFacts(service: ServiceName): readonly ApiFacts[] {
  return (apisOf[service] ?? [service]).map((api) => {
    const file = new URL(`./${api}.json`, import.meta.url);
    return amended(JSON.parse(readFileSync(file, 'utf8')) as ApiFacts, service);
  });
}

/** The facts with what AWS is known to do otherwise. */
function amended(facts: ApiFacts, service: ServiceName): ApiFacts {
  const changes = exceptions.filter((exception) => exception.service === service);
  if (changes.length === 0) return facts;
  const shapes: Record<string, Shape> = { ...facts.shapes };
  for (const { shape: name, rules = {}, members = {} } of changes) {
    const shape = shapes[name];
    if (shape === undefined) continue;
    shapes[name] = {
      ...shape,
      ...rules,
      ...('members' in shape ? { members: { ...shape.members, ...members } } : {}),
    } as Shape;
  }
  return { ...facts, shapes };
}

/** The shape behind a reference. */
export function shapeOf({ shapes }: ApiFacts, reference: Reference): Shape {
  const name = nameOf(reference);
  const shape = shapes[name];
  if (shape !== undefined) return shape;
  const type = PLAIN_TYPES.find((plain) => plain === name);
  if (type === undefined) throw new Error(`The API model has no shape ${name}`);
  return { type };
}

export function nameOf(reference: Reference): string {
  return isRequired(reference) ? reference.slice(0, -1) : reference;
}

export function isRequired(reference: Reference): boolean {
  return reference.endsWith('!');
}
