import { NumberAsWritten, numberOf } from '../../engine/index.ts';
import type { EventPattern, PatternBranch } from './event-pattern.ts';
import { type Leaf, matchesLeaf, type ValuePattern } from './value-pattern.ts';

/** The array elements that contain a leaf, the outermost first. */
type Membership = readonly (readonly [array: readonly unknown[], index: number])[];

interface Field {
  readonly leaf: Leaf;
  readonly membership: Membership;
}

/** A flattened event: the leaves of every path. */
export type FlatEvent = ReadonlyMap<string, readonly Field[]>;

const NOWHERE: Membership = [];

/** Flattens an event, once for all rules of a bus. */
export function flattenEvent(event: object): FlatEvent {
  const fields = new Map<string, Field[]>();
  flatten(event, '', NOWHERE, fields);
  return fields;
}

/** Whether an event satisfies a pattern. */
export function matchesPattern(event: FlatEvent, pattern: EventPattern): boolean {
  return pattern.branches.some((branch) => matchesBranch(event, branch));
}

function flatten(
  value: unknown,
  path: string,
  membership: Membership,
  fields: Map<string, Field[]>,
): void {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const inside: Membership = isContainer(element)
        ? [...membership, [value, index]]
        : membership;
      flatten(element, path, inside, fields);
    }
    return;
  }
  if (isContainer(value)) {
    for (const [name, member] of Object.entries(value)) {
      flatten(member, path === '' ? name : `${path}.${name}`, membership, fields);
    }
    return;
  }
  const list = fields.get(path);
  const field: Field = { leaf: leafOf(value), membership };
  if (list === undefined) fields.set(path, [field]);
  else list.push(field);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof NumberAsWritten);
}

function leafOf(value: unknown): Leaf {
  if (typeof value === 'string') return { type: 'string', value };
  const number = numberOf(value);
  if (number !== undefined) return { type: 'number', value: number };
  if (typeof value === 'boolean') return { type: 'other', value: value ? 'true' : 'false' };
  return { type: 'other', value: 'null' };
}

function matchesBranch(event: FlatEvent, branch: PatternBranch): boolean {
  const needed: Places[] = [];
  for (const [path, alternatives] of branch) {
    const fields = event.get(path);
    if (fields === undefined) {
      if (!alternatives.some((alternative) => alternative.kind === 'absent')) return false;
      continue;
    }
    const matching = fields.filter((field) => matchesAny(field.leaf, alternatives));
    if (matching.length === 0) return false;
    needed.push(matching.map(({ membership }) => membership));
  }
  return isConsistent(needed, 0, { choices: 0 });
}

function matchesAny(leaf: Leaf, alternatives: readonly ValuePattern[]): boolean {
  return alternatives.some((alternative) => matchesLeaf(leaf, alternative));
}

/** The array positions in which a path has a matching value. */
type Places = readonly Membership[];

/** How often a path was tried in one of several arrays. */
interface Tried {
  choices: number;
}

/** Only a path of names with dots can lie in several arrays, and most paths have no such names. */
const MOST_CHOICES = 1_000;

/**
 * Fields of one array must all match in the same element: `[{a:1,b:2},{a:2,b:1}]` has no `a:1, b:1`. Independent
 * arrays are evaluated separately, so that each position is visited once for each array that contains it.
 *
 * @param depth how many arrays of the positions are already evaluated
 */
function isConsistent(needed: readonly Places[], depth: number, tried: Tried): boolean {
  const byArray = new Map<readonly unknown[], Places[]>();
  for (const [position, places] of needed.entries()) {
    const arrays = new Set(places.map((membership) => membership[depth]?.[0]));
    // A value without a further array is compatible with all others.
    if (arrays.has(undefined)) continue;
    if (arrays.size > 1) return isConsistentInOne(needed, position, depth, tried);
    const [array = []] = arrays;
    const others = byArray.get(array);
    if (others === undefined) byArray.set(array, [places]);
    else others.push(places);
  }
  return [...byArray.values()].every((group) => isInOneElement(group, depth, tried));
}

/** Whether all have a value in the same element of their array. */
function isInOneElement(group: readonly Places[], depth: number, tried: Tried): boolean {
  const byElement = group.map((places) => grouped(places, (place) => place[depth]?.[1] ?? 0));
  const [first, ...others] = byElement.toSorted((one, other) => one.size - other.size);
  return [...(first ?? new Map<number, Membership[]>())].some(([index, places]) => {
    const inElement = [places, ...others.map((elements) => elements.get(index) ?? [])];
    return inElement.every((one) => one.length > 0) && isConsistent(inElement, depth + 1, tried);
  });
}

/** Evaluates a path that lies in several arrays (`a.b` can be one name or two), one array after the other. */
function isConsistentInOne(
  needed: readonly Places[],
  position: number,
  depth: number,
  tried: Tried,
): boolean {
  const choices = grouped(needed[position] ?? [], (place) => place[depth]?.[0]);
  return [...choices.values()].some((places) => {
    tried.choices += 1;
    return (
      tried.choices <= MOST_CHOICES && isConsistent(needed.with(position, places), depth, tried)
    );
  });
}

function grouped<Key>(
  places: Places,
  keyOf: (place: Membership) => Key,
): ReadonlyMap<Key, Membership[]> {
  const groups = new Map<Key, Membership[]>();
  for (const place of places) {
    const key = keyOf(place);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return groups;
}
