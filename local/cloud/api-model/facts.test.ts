import { describe, expect, it } from 'vitest';
import { modelOf } from '../../gateway/service-model.ts';
import type { Shape as WireShape } from '../../gateway/shape.ts';
import { WIRE_SERVICES } from '../../gateway/wire-services.ts';
import { serviceFactories } from '../../services/index.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { exceptions } from './exceptions.ts';
import { readFacts, shapeOf } from './facts.ts';
import type { ApiFacts } from './shapes.ts';

const cloud = createTestCloud(serviceFactories);
const services = serviceFactories.map((factory) => factory(cloud));

describe.each(services)('the facts of $name', (service) => {
  const { name, operations } = service;

  it('hold every operation there is, with every member the SDK can send', async () => {
    const facts = readFacts(name);
    const problems: string[] = [];
    for (const wire of WIRE_SERVICES.filter((service) => service.name === name)) {
      const model = await modelOf(wire);
      for (const [operation, { input }] of model.operations) {
        if (operations[operation] === undefined || input === undefined) continue;
        const api = facts.find((one) => Object.hasOwn(one.operations, operation));
        const shape = api?.operations[operation];
        if (api === undefined || shape === undefined) problems.push(`${operation} is missing`);
        else problems.push(...differences(api, shape, input, operation, new Set()));
      }
    }
    expect(problems).toEqual([]);
  });

  it('have words for what breaks them', () => {
    expect(service).toHaveProperty('invalidInput');
  });
});

/** What the SDK's schema has and the facts lack, or call by another type. */
function differences(
  facts: ApiFacts,
  reference: string,
  wire: WireShape,
  path: string,
  seen: Set<WireShape>,
): readonly string[] {
  const shape = shapeOf(facts, reference);
  if (seen.has(wire)) return [];
  seen.add(wire);
  if (wire.kind === 'list' && shape.type === 'list') {
    return differences(facts, shape.item, wire.item.shape, `${path}[]`, seen);
  }
  if (wire.kind === 'map' && shape.type === 'map') {
    return differences(facts, shape.value, wire.value.shape, `${path}{}`, seen);
  }
  if (wire.kind === 'structure' && 'members' in shape) {
    return wire.members.flatMap((member) => {
      const inner = shape.members[member.name];
      const at = `${path}.${member.name}`;
      return inner === undefined
        ? [`${at} is missing`]
        : differences(facts, inner, member.shape, at, seen);
    });
  }
  // A document is a structure without members in botocore's models.
  const isDocument = 'members' in shape && Object.keys(shape.members).length === 0;
  if (isDocument && wire.kind === 'document') return [];
  return kinds[shape.type] === wire.kind ? [] : [`${path} is ${shape.type}, not ${wire.kind}`];
}

const kinds: Readonly<Record<string, string>> = {
  double: 'number',
  float: 'number',
  integer: 'number',
  long: 'number',
  union: 'structure',
  string: 'string',
  boolean: 'boolean',
  blob: 'blob',
  timestamp: 'timestamp',
};

describe('the exceptions from the facts', () => {
  it.each(exceptions)('$service $shape changes what the model has', ({ service, shape }) => {
    const shapes = readFacts(service).flatMap((facts) => Object.keys(facts.shapes));

    expect(shapes).toContain(shape);
  });
});
