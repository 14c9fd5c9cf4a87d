import type { ServiceName } from '../service-name.ts';
import { readFacts, shapeOf } from './facts.ts';
import type { ApiFacts, Reference } from './shapes.ts';

const known = new Map<ServiceName, readonly ApiFacts[]>();

/**
 * The input of an operation whose members are given in PascalCase, as some services have them for every operation:
 * `StateMachineArn` is `stateMachineArn`. Texts become the bytes and times that the operation expects.
 */
export function readPascalInput(service: ServiceName, operation: string, input: object): object {
  const facts = factsOf(service).find(({ operations }) => operation in operations);
  const reference = facts?.operations[operation];
  if (facts === undefined || reference === undefined) return input;
  return read(facts, reference, input) as object;
}

/** The facts of a service are read at its first call. */
function factsOf(service: ServiceName): readonly ApiFacts[] {
  const facts = known.get(service) ?? readFacts(service);
  known.set(service, facts);
  return facts;
}

function read(facts: ApiFacts, reference: Reference, value: unknown): unknown {
  const shape = shapeOf(facts, reference);
  if (typeof value === 'string' && shape.type === 'blob') return Buffer.from(value);
  if (shape.type === 'timestamp') return timeOf(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return 'item' in shape ? value.map((item: unknown) => read(facts, shape.item, item)) : value;
  }
  if ('members' in shape) return readMembers(facts, shape.members, value);
  if (!('value' in shape)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, read(facts, shape.value, item)]),
  );
}

/** A member that the operation does not have keeps its name, so that the operation can refuse it. */
function readMembers(
  facts: ApiFacts,
  members: Readonly<Record<string, Reference>>,
  value: object,
): object {
  const names = new Map(Object.keys(members).map((name) => [pascalCase(name), name]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = names.get(key) ?? key;
      const reference = members[name];
      return [name, reference === undefined ? item : read(facts, reference, item)];
    }),
  );
}

function pascalCase(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** ISO 8601 text, or epoch seconds. */
function timeOf(value: unknown): unknown {
  if (typeof value === 'string') return new Date(value);
  return typeof value === 'number' ? new Date(value * 1_000) : value;
}
