import { expect, test } from 'vitest';
import type { Diagnostic } from './diagnostic.ts';
import { Findings } from './findings.ts';
import { validate, validateInTurns } from './validate.ts';

function diagnostic(message: string): Diagnostic {
  return { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message };
}

test('a deferred check runs before its siblings and reports at the place where it was deferred', () => {
  const findings = new Findings();
  const ran: string[] = [];
  const check = (name: string, inside: () => void = () => undefined) => {
    ran.push(name);
    findings.add(diagnostic(`${name} begins`));
    inside();
    findings.add(diagnostic(`${name} ends`));
  };

  const collecting = findings.collect(() =>
    check('all', () => {
      findings.later(() => check('a', () => findings.later(() => check('a/1'))));
      findings.later(() => check('b'));
    }),
  );
  let step = collecting.next();
  while (step.done !== true) step = collecting.next();

  expect(ran).toEqual(['all', 'a', 'a/1', 'b']);
  expect(step.value.map(({ message }) => message)).toEqual([
    'all begins',
    'a begins',
    'a/1 begins',
    'a/1 ends',
    'a ends',
    'b begins',
    'b ends',
    'all ends',
  ]);
});

const MAP = { Type: 'Map', Next: 'End', ItemProcessor: { StartAt: 'I', States: {} } };

test('labels are checked in the order of the definition, at any depth', () => {
  const inner = { ...MAP, End: true, Next: undefined, Label: 'same' };
  const ItemProcessor = { StartAt: 'Inner', States: { Inner: inner } };
  const States = { Outer: { ...MAP, ItemProcessor, Label: 'same' }, End: { Type: 'Succeed' } };

  const found = validate(JSON.stringify({ StartAt: 'Outer', States }));

  expect(found.filter(({ code }) => code === 'DUPLICATE_LABEL_NAME')).toEqual([
    expect.objectContaining({ location: '/States/Outer/Label' }),
  ]);
});

test('the states of one branch are validated in many pieces', () => {
  // In one piece, other work of the process would wait for a fifth of a second.
  const names = Array.from({ length: 1_000 }, (_, index) => `S${index}`);
  const States = Object.fromEntries(
    names.map((name, index) => [name, { Type: 'Pass', Next: names[index + 1] ?? 'Last' }]),
  );
  const branch = { StartAt: 'S0', States: { ...States, Last: { Type: 'Succeed' } } };
  const definition = {
    StartAt: 'P',
    States: { P: { Type: 'Parallel', Branches: [branch], End: true } },
  };

  const judging = validateInTurns(JSON.stringify(definition));
  let pauses = 0;
  let step = judging.next();
  for (; step.done !== true; step = judging.next()) pauses += 1;

  expect(step.value).toEqual([]);
  expect(pauses).toBeGreaterThan(names.length);
});
