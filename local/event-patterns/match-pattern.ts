import { NumberAsWritten, numberOf } from '../../engine/index.ts';
import type { EventPattern, PatternBranch } from './event-pattern.ts';
import { type Leaf, matchesLeaf, type ValuePattern } from './value-pattern.ts';

/** Which element of which array a leaf stands in: array to index. */
type Membership = ReadonlyMap<readonly unknown[], number>;

interface Field {
  readonly leaf: Leaf;
  readonly membership: Membership;
}

/** An event taken apart: the leaves of every path. */
export type FlatEvent = ReadonlyMap<string, readonly Field[]>;

const NOWHERE: Membership = new Map();

/** Takes an event apart, once for all rules of a bus. */
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
      const inside = isContainer(element) ? new Map([...membership, [value, index]]) : membership;
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
  const needed: (readonly Field[])[] = [];
  for (const [path, alternatives] of branch) {
    const fields = event.get(path);
    if (fields === undefined) {
      if (!alternatives.some((alternative) => alternative.kind === 'absent')) return false;
      continue;
    }
    const matching = fields.filter((field) => matchesAny(field.leaf, alternatives));
    if (matching.length === 0) return false;
    needed.push(matching);
  }
  return isConsistent(needed, NOWHERE, 0);
}

function matchesAny(leaf: Leaf, alternatives: readonly ValuePattern[]): boolean {
  return alternatives.some((alternative) => matchesLeaf(leaf, alternative));
}

/** Fields of one array must all be of the same element: `[{a:1,b:2},{a:2,b:1}]` has no `a:1, b:1`. */
function isConsistent(
  needed: readonly (readonly Field[])[],
  chosen: Membership,
  index: number,
): boolean {
  const candidates = needed[index];
  if (candidates === undefined) return true;
  for (const { membership } of candidates) {
    const merged = merge(chosen, membership);
    if (merged !== undefined && isConsistent(needed, merged, index + 1)) return true;
  }
  return false;
}

function merge(chosen: Membership, membership: Membership): Membership | undefined {
  if (membership.size === 0) return chosen;
  for (const [array, index] of membership) {
    const other = chosen.get(array);
    if (other !== undefined && other !== index) return undefined;
  }
  return new Map([...chosen, ...membership]);
}
