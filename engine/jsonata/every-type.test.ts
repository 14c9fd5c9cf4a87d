import { describe, expect, it } from 'vitest';
import { evaluate, evaluateWithPackage, type Outcome } from './outcome.testing.ts';
import { rewrittenNames, synchronousNames } from './package-functions.ts';

/** Operators with all pairs of types, and functions with all types of arguments, compared with the jsonata package. */

const values = [
  '1',
  '0',
  '"a"',
  'true',
  'null',
  '[]',
  '["b", "a", "a"]',
  '[{"a": 1}, {"a": [2], "b": 1}]',
  '{"a": 1}',
  'function($x){$x}',
  '$d.missing',
  '(1/0)',
];

const operators = '+ - * / % & = != < <= > >= in and or .. ~> ?:'.split(' ');

/** The results of these depend on the time or on random numbers. */
const undetermined: readonly string[] = ['now', 'millis', 'shuffle'];
const rewritten = rewrittenNames.filter((name) => !undetermined.includes(name));

const few = ['2', '"X"', '["b", "a"]', '{"a": 1, "b": 0}', '$d.missing'];
const more = [...few, '/X/', 'function($v, $k){$k}'];

describe('the operator', () => {
  it.each(operators)('%s gives what the jsonata package gives', async (operator) => {
    const expressions = values.flatMap((left) =>
      values.map((right) => applied(operator, left, right)),
    );

    expect(await disagreements(expressions)).toEqual([]);
  });
});

describe('the function', () => {
  it.each(rewritten)('$%s gives what the jsonata package gives', async (name) => {
    const expressions = [
      ...calls(name, [[], ...values.map((value) => [value])]),
      ...calls(
        name,
        more.flatMap((first) => more.map((second) => [first, second])),
      ),
      ...calls(
        name,
        more.flatMap((second) => few.map((third) => ['"aXbXc"', second, third])),
      ),
      ...calls(
        name,
        few.map((fourth) => ['"aXbXc"', '"X"', '"y"', fourth]),
      ),
      ...few.map((value) => `(${value}).$${name}()`),
      ...more.map((value) => `("aXbX").$${name}(${value})`),
      ...callsByArity(name),
    ];

    expect(await disagreements(expressions)).toEqual([]);
  });

  it.each(synchronousNames)('$%s, which is from the package, is called as there', async (name) => {
    const expressions = [
      ...calls(name, [[], ...few.map((value) => [value]), few.slice(0, 2), few.slice(1, 4)]),
      ...few.map((value) => `(${value}).$${name}()`),
      ...callsByArity(name),
    ];

    expect(await disagreements(expressions)).toEqual([]);
  });
});

/** Functions get as many arguments as they take: the item, its position or key, and the whole. */
function callsByArity(name: string): readonly string[] {
  return [
    `$map(["aXb", "X"], $${name})`,
    `$map([[1, 2], [3]], $${name})`,
    `$each({"X": "aXb"}, $${name})`,
    `$each({"a": {"a": 1}}, $${name})`,
    `$reduce(["aXb", "X", "y"], $${name})`,
    `$filter(["aXb", "X"], $${name})`,
  ];
}

function applied(operator: string, left: string, right: string): string {
  if (operator === '..') return `[${left}..${right}]`;
  return operator === '?:' ? `${left} ? ${right} : 9` : `${left} ${operator} ${right}`;
}

function calls(name: string, lists: readonly (readonly string[])[]): readonly string[] {
  return lists.map((list) => `$${name}(${list.join(', ')})`);
}

async function disagreements(expressions: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const text of expressions) {
    const expected = await evaluateWithPackage(text);
    const outcome = evaluate(text);
    if (!agrees(outcome, expected)) {
      found.push(`${text}: ${JSON.stringify(outcome)}, expected ${JSON.stringify(expected)}`);
    }
  }
  return found;
}

/** Where the package fails with an error of its own code, only the failure counts. */
function agrees(outcome: Outcome, expected: Outcome): boolean {
  const isInternal = 'fault' in expected && expected.fault.startsWith(': Cannot read properties');
  if (isInternal) return 'fault' in outcome;
  return withoutName(outcome) === withoutName(expected);
}

/**
 * A function that was called directly keeps its name in the package, for errors of later calls by other functions: the name in
 * an error depends on the expressions before. `expression.test.ts` tests the names.
 */
function withoutName(outcome: Outcome): string {
  return JSON.stringify(outcome).replace(/ of function \\"\w+\\"/, ' of function');
}
