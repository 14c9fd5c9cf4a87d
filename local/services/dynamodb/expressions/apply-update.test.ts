import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../values/attribute-value.ts';
import { applyUpdate } from './apply-update.ts';
import type { UpdateAction, UpdateValue } from './update.ts';

const NULL: AttributeValue = { type: 'NULL', value: true };
const number = (value: number): AttributeValue => ({ type: 'N', value: String(value) });
const many = <One>(count: number, one: (index: number) => One) =>
  Array.from({ length: count }, (_, index) => one(index));
const listOf = (count: number, one: (index: number) => AttributeValue): AttributeValue => ({
  type: 'L',
  value: many(count, one),
});
const twice: UpdateValue = {
  kind: 'list_append',
  left: { kind: 'path', path: ['l'] },
  right: { kind: 'path', path: ['l'] },
};

/** A list that counts its iterations. */
function watched(list: AttributeValue) {
  const reads = { count: 0 };
  if (list.type !== 'L') throw new Error('not a list');
  const value = new Proxy(list.value, {
    get(target, name, receiver) {
      if (name === Symbol.iterator) reads.count += 1;
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  return { list: { type: 'L', value } as AttributeValue, reads };
}

describe('applying an update', () => {
  it('ends with the first list that makes the item too large', () => {
    const { list, reads } = watched(listOf(70_000, () => NULL));
    const actions = many(
      150,
      (index): UpdateAction => ({ kind: 'set', path: [`a${index}`], value: twice }),
    );

    expect(() => applyUpdate(new Map([['l', list]]), actions)).toThrow(
      'Item size to update has exceeded the maximum allowed size',
    );
    // Twice for each of the lists that are created before.
    expect(reads.count).toBeLessThanOrEqual(4);
  });

  it('does not create a list of more elements than an item can have', () => {
    const { list, reads } = watched(listOf(150_000, () => NULL));

    expect(() =>
      applyUpdate(new Map([['l', list]]), [{ kind: 'set', path: ['a'], value: twice }]),
    ).toThrow('Item size to update has exceeded the maximum allowed size');
    expect(reads.count).toBe(0);
  });

  it('copies a list once for all changes of its elements', () => {
    const { list, reads } = watched(listOf(1_000, number));
    const item = new Map([['l', list]]);
    const actions = many(
      450,
      (index): UpdateAction =>
        index % 2 === 0
          ? { kind: 'remove', path: ['l', index] }
          : {
              kind: 'set',
              path: ['l', index],
              value: { kind: 'value', value: number(-index) },
            },
    );

    const after = applyUpdate(item, actions);

    const expected = many(1_000, (index) => index)
      .filter((index) => index >= 450 || index % 2 === 1)
      .map((index) => number(index < 450 ? -index : index));
    expect(after.get('l')).toEqual({ type: 'L', value: expected });
    expect(reads.count).toBe(1);
    expect(list.type === 'L' && list.value).toHaveLength(1_000);
  });

  it('removes from lists in lists, in any order', () => {
    const inner = listOf(3, number);
    const item = new Map([['l', listOf(3, () => inner)]]);

    const after = applyUpdate(item, [
      { kind: 'remove', path: ['l', 0] },
      { kind: 'remove', path: ['l', 2, 0] },
      { kind: 'remove', path: ['l', 2, 2] },
      { kind: 'remove', path: ['l', 9] },
    ]);

    expect(after.get('l')).toEqual({
      type: 'L',
      value: [inner, { type: 'L', value: [number(1)] }],
    });
  });
});
