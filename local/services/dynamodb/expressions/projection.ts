import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { findConflict, type Path, parsePath } from './path.ts';
import type { Substitutions } from './substitutions.ts';
import { TokenReader } from './tokens.ts';

/** @throws ValidationException in AWS's words */
export function parseProjection(text: string, substitutions: Substitutions): readonly Path[] {
  const reader = new TokenReader(text, 'ProjectionExpression');
  const paths = [parsePath(reader, substitutions)];
  while (reader.takeSign(',')) paths.push(parsePath(reader, substitutions));
  reader.finish();
  const conflict = findConflict(paths);
  if (conflict !== undefined) throw reader.invalid(conflict);
  return paths;
}

/** The part of an item at these paths: maps keep their names, lists have no gaps. */
export function project(item: Item, paths: readonly Path[]): Item {
  return select(item, paths);
}

type Steps = readonly (string | number)[];

function select(map: Item, paths: readonly Steps[]): Item {
  const selected = new Map<string, AttributeValue>();
  for (const [name, below] of groupByFirst(paths)) {
    const value = typeof name === 'string' ? map.get(name) : undefined;
    const part = value === undefined ? undefined : selectIn(value, below);
    if (typeof name === 'string' && part !== undefined) selected.set(name, part);
  }
  return selected;
}

function groupByFirst(paths: readonly Steps[]): ReadonlyMap<string | number, readonly Steps[]> {
  const groups = new Map<string | number, Steps[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    const group = groups.get(first) ?? [];
    groups.set(first, [...group, rest]);
  }
  return groups;
}

function selectIn(value: AttributeValue, paths: readonly Steps[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  if (value.type === 'M') {
    const selected = select(value.value, paths);
    return selected.size === 0 ? undefined : { type: 'M', value: selected };
  }
  if (value.type !== 'L') return undefined;
  const selected = [...groupByFirst(paths)]
    .filter(([index]) => typeof index === 'number')
    .sort(([one], [other]) => Number(one) - Number(other))
    .flatMap(([index, below]) => {
      const item = value.value[Number(index)];
      const part = item === undefined ? undefined : selectIn(item, below);
      return part === undefined ? [] : [part];
    });
  return selected.length === 0 ? undefined : { type: 'L', value: selected };
}
