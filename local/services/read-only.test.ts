import { expect, it } from 'vitest';
import { createTestCloud } from '../testing/cloud.testing.ts';
import { serviceFactories } from './index.ts';

/** The verbs of AWS's operations that change nothing. `TestState` runs one state for the caller only. */
const READING =
  /^(?:Admin(?:Get|List)|BatchCheck|BatchDescribe|BatchGet|Describe|Filter|Get|Head|List|Query|Scan|TestEventPattern|TestState|TransactGet|Validate(?:StateMachineDefinition|Template))/;

/** A worker that gets a task starts it. */
const CHANGING: ReadonlySet<string> = new Set(['stepfunctions:GetActivityTask']);

it('the operations that AWS names after reading, and no others, work while the disk is full', () => {
  const cloud = createTestCloud([]);
  const services = serviceFactories.map((create) => create(cloud));
  const readOnly = services.flatMap(({ name, operations }) =>
    Object.entries(operations).map(
      ([operation, marked]) => [`${name}:${operation}`, marked.readOnly] as const,
    ),
  );

  expect(readOnly).toEqual(
    readOnly.map(([place]) => [
      place,
      READING.test(place.split(':')[1] ?? '') && !CHANGING.has(place),
    ]),
  );
});
