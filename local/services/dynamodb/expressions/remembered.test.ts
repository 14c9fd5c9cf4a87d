import { expect, it, test } from 'vitest';
import { equalValues, readValue } from '../values/attribute-value.ts';
import { areEqual, hasElement } from './remembered.ts';

const MANY = 100;

function listOf(elements: readonly unknown[]) {
  const list = readValue({ L: elements });
  if (list.type !== 'L') throw new Error('not a list');
  return list;
}

const ELEMENTS: readonly unknown[] = [
  { S: 'a' },
  { N: '1.0' },
  { B: 'AQ==' },
  { BOOL: false },
  { NULL: true },
  { SS: ['b', 'a'] },
  { NS: ['2', '1'] },
  { BS: ['Ag==', 'AQ=='] },
  { L: [{ M: { x: { S: '1' }, y: { L: [] } } }] },
  { M: { a: { N: '1' }, b: { M: {} } } },
];
/** Equal to the ones above, written in another way. */
const SAME: readonly unknown[] = [
  { S: 'a' },
  { N: '1' },
  { B: Buffer.from([1]) },
  { BOOL: false },
  { NULL: true },
  { SS: ['a', 'b'] },
  { NS: ['1', '2.00'] },
  { BS: ['AQ==', 'Ag=='] },
  { L: [{ M: { y: { L: [] }, x: { S: '1' } } }] },
  { M: { b: { M: {} }, a: { N: '1' } } },
];
const OTHERS: readonly unknown[] = [
  { S: '1' },
  { N: '2' },
  { BOOL: true },
  { SS: ['a'] },
  { L: [] },
];

test('an element is found in a long list, however often one is looked for', () => {
  const filling = Array.from({ length: MANY }, (_, index) => ({ S: `filling ${index}` }));
  const list = listOf([...filling, ...ELEMENTS]);

  for (let round = 0; round < 10; round += 1) {
    expect(SAME.map((element) => hasElement(list, readValue(element)))).toEqual(
      SAME.map(() => true),
    );
    expect(OTHERS.some((element) => hasElement(list, readValue(element)))).toBe(false);
  }
});

function numbersWith(last: string) {
  return Array.from({ length: MANY }, (_, index) => ({ N: index === MANY - 1 ? last : '1' }));
}

test('long lists are compared once, and as short ones are', () => {
  const [one, same, other] = ['5', '5.0', '6'].map((last) => listOf(numbersWith(last)));
  if (one === undefined || same === undefined || other === undefined) throw new Error('no lists');

  expect([areEqual(one, same), areEqual(one, same), areEqual(one, other)]).toEqual([
    true,
    true,
    false,
  ]);
  expect([equalValues(one, same), equalValues(one, other)]).toEqual([true, false]);
});

// Issue 8: 150 comparisons of lists of 200,000 elements kept other clients waiting for half a second.
it('takes the time of a few searches for many', () => {
  const list = listOf(Array.from({ length: 200_000 }, () => ({ NULL: true })));
  let comparisons = 0;
  const element = new Proxy(readValue({ S: 'x' }), {
    get(target, name) {
      comparisons += 1;
      return Reflect.get(target, name);
    },
  });

  for (let search = 0; search < 150; search += 1) hasElement(list, element);

  expect(comparisons).toBeLessThan(10 * list.value.length);
});
