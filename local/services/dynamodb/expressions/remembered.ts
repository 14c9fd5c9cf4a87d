import { type AttributeValue, equalValues } from '../values/attribute-value.ts';
import { canonicalText } from '../values/stored-item.ts';

/** Values with fewer members are compared faster than looked up. */
const FEW_MEMBERS = 64;

/** How often a list is searched from end to end before its elements are made a set. */
const SEARCHES = 8;

const comparisons = new WeakMap<AttributeValue, WeakMap<AttributeValue, boolean>>();

/**
 * As {@link equalValues}: an expression may compare the same two lists of a hundred thousand elements 150 times.
 */
export function areEqual(one: AttributeValue, other: AttributeValue): boolean {
  if (one.type !== other.type || countOf(one) <= FEW_MEMBERS) return equalValues(one, other);
  const known = comparisons.get(one) ?? new WeakMap<AttributeValue, boolean>();
  comparisons.set(one, known);
  const result = known.get(other) ?? equalValues(one, other);
  known.set(other, result);
  return result;
}

type List = Extract<AttributeValue, { readonly type: 'L' }>;

interface Searched {
  count: number;
  elements?: ReadonlySet<string>;
}

const searched = new WeakMap<List, Searched>();

/** Whether a list has an element: an expression may look for 150 in a list of two hundred thousand. */
export function hasElement(list: List, element: AttributeValue): boolean {
  if (list.value.length <= FEW_MEMBERS) return isAmong(list, element);
  const state = searched.get(list) ?? { count: 0 };
  searched.set(list, state);
  state.count += 1;
  if (state.count <= SEARCHES) return isAmong(list, element);
  state.elements ??= new Set(list.value.map(canonicalText));
  return state.elements.has(canonicalText(element));
}

function isAmong({ value }: List, element: AttributeValue): boolean {
  return value.some((one) => equalValues(one, element));
}

function countOf(value: AttributeValue): number {
  if (value.type === 'M') return value.value.size;
  return Array.isArray(value.value) ? value.value.length : 0;
}
