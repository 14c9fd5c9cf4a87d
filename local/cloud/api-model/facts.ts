import { readFileSync } from 'node:fs';
import type { ServiceName } from '../service-name.ts';
import { exceptions } from './exceptions.ts';
import { type ApiFacts, PLAIN_TYPES, type Reference, type Shape } from './shapes.ts';

/** The files of a service, where they do not have its name: botocore's names. */
const apisOf: Partial<Record<ServiceName, readonly string[]>> = {
  elasticloadbalancingv2: ['elbv2'],
  eventbridge: ['events'],
  sagemaker: ['sagemaker', 'sagemaker-runtime'],
};

/** Reads the API models of a service, from the files in this folder. */
export function readFacts(service: ServiceName): readonly ApiFacts[] {
  return (apisOf[service] ?? [service]).map((api) => {
    const file = new URL(`./${api}.json`, import.meta.url);
    return amended(JSON.parse(readFileSync(file, 'utf8')) as ApiFacts, service);
  });
}

/** The facts, changed where AWS is known to differ from its model. */
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

/** The shape of a reference. */
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
