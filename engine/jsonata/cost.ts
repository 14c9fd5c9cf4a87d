import { isCallable } from './values.ts';

/**
 * The cost of a function of the library, in steps of about a quarter of a microsecond. Functions that read
 * their arguments also have a cost for every item, member or character.
 */
export interface Cost {
  readonly call: number;
  readonly item: number;
  /**
   * The depth to which it reads its arguments: 1 is an argument's own items, 2 also their items; `members` are
   * those of an object, or of each object of a list.
   */
  readonly depth: number | 'members';
}

const EVERY_LEVEL = 1_000;

/** The function reads lists and texts once, with little work for each item. */
export const commonCost: Cost = { call: 1, item: 1 / 32, depth: 1 };

const members: Cost = { call: 1, item: 2, depth: 2 };
const numbers: Cost = { call: 1, item: 1 / 3, depth: 1 };
const characters: Cost = { call: 2, item: 1 / 6, depth: 1 };
const searching: Cost = { call: 1, item: 1 / 24, depth: 1 };
const sorting: Cost = { call: 1, item: 2, depth: 1 };
const whole: Cost = { call: 2, item: 1, depth: EVERY_LEVEL };

/** Measured costs; all other functions have {@link commonCost}. */
export const costs: Readonly<Record<string, Cost>> = {
  average: numbers,
  sum: numbers,
  max: numbers,
  min: numbers,
  boolean: { call: 1, item: 1 / 4, depth: EVERY_LEVEL },
  not: { call: 1, item: 1 / 4, depth: EVERY_LEVEL },
  clone: { ...whole, item: 2 },
  contains: searching,
  distinct: { ...sorting, item: 1 },
  each: { ...members, call: 4 },
  formatBase: { call: 10, item: 1 / 32, depth: 1 },
  formatInteger: { call: 60, item: 1 / 4, depth: 1 },
  formatNumber: { call: 50, item: 1 / 4, depth: 1 },
  fromMillis: { call: 40, item: 1, depth: 1 },
  hash: characters,
  join: numbers,
  keys: { call: 1, item: 4, depth: 'members' },
  length: characters,
  lookup: numbers,
  merge: { call: 1, item: 3, depth: 'members' },
  pad: { ...characters, call: 4 },
  parse: { call: 10, item: 1 / 6, depth: 1 },
  parseInteger: { call: 60, item: 1, depth: 1 },
  partition: sorting,
  power: { call: 2, item: 0, depth: 0 },
  round: { call: 6, item: 0, depth: 0 },
  reverse: { ...numbers, item: 1 / 16 },
  shuffle: numbers,
  sift: members,
  sort: sorting,
  split: characters,
  spread: { call: 1, item: 8, depth: 'members' },
  string: { ...whole, call: 12 },
  substring: { ...characters, item: 1 / 3 },
  substringAfter: searching,
  substringBefore: searching,
  toMillis: { call: 20, item: 1, depth: 1 },
  uuid: { call: 8, item: 0, depth: 0 },
  zip: { call: 1, item: 1, depth: 1 },
};

/** The number of items, members and characters of a value, up to `depth`. */
export function weigh(value: unknown, depth: Cost['depth']): number {
  if (depth === 'members') return weighMembers(value);
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth === 0 || isCallable(value)) return 0;
  // Counting an object's members is work itself, so they are counted only for functions that read them.
  if (depth === 1 && !Array.isArray(value)) return 0;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let weight = items.length;
  if (depth > 1) for (const item of items) weight += weigh(item, depth - 1);
  return weight;
}

function weighMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null || isCallable(value)) return 0;
  if (!Array.isArray(value)) return Object.keys(value).length;
  let weight = value.length;
  for (const item of value as readonly unknown[]) weight += weighMembers(item);
  return weight;
}

/** The maximum number of values that a comparison reads. */
export function weighComparison(left: unknown): number {
  return typeof left === 'object' && left !== null ? weigh(left, EVERY_LEVEL) : 0;
}
