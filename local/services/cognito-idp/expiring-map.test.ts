import { beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { createSeededRandom } from '../../host/random.ts';
import { ExpiringMap } from './expiring-map.ts';

let clock: VirtualClock;
let map: ExpiringMap<string>;

beforeEach(() => {
  clock = createVirtualClock();
  map = new ExpiringMap({ clock, random: createSeededRandom(1) }, 2);
});

describe('a value', () => {
  it('has a secret key of its own', () => {
    const keys = [map.add('a', 1), map.add('a', 1)];

    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toMatch(/^[\da-f]{64}$/);
  });

  it('is there until its time has passed', () => {
    const key = map.add('a', 10);
    clock.advance(9);
    expect(map.get(key)).toBe('a');
    clock.advance(1);

    expect(map.get(key)).toBeUndefined();
    expect(map.take(key)).toBeUndefined();
  });

  it('is taken once', () => {
    const key = map.add('a', 10);

    expect([map.get(key), map.take(key), map.take(key), map.get(key)]).toEqual([
      'a',
      'a',
      undefined,
      undefined,
    ]);
  });

  it('makes room for a newer one', () => {
    const keys = ['a', 'b', 'c'].map((value) => map.add(value, 10));

    expect(keys.map((key) => map.get(key))).toEqual([undefined, 'b', 'c']);
  });

  it('is deleted with those that are meant', () => {
    const keys = ['a', 'b'].map((value) => map.add(value, 10));
    map.deleteWhere((value) => value === 'a');

    expect(keys.map((key) => map.get(key))).toEqual([undefined, 'b']);
  });
});
