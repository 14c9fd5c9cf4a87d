import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { isReserved } from './reserved-words.ts';
import type { Substitutions } from './substitutions.ts';
import type { TokenReader } from './tokens.ts';

/** Names of maps and indexes of lists, from the attribute down. */
export type Path = readonly [attribute: string, ...rest: (string | number)[]];

/** Parses a path such as `a.#b[0]`. */
export function parsePath(reader: TokenReader, substitutions: Substitutions): Path {
  const path: [string, ...(string | number)[]] = [parseName(reader, substitutions)];
  for (;;) {
    if (reader.takeSign('.')) path.push(parseName(reader, substitutions));
    else if (reader.takeSign('[')) {
      if (reader.peek().kind !== 'number') throw reader.syntaxError();
      path.push(Number(reader.next().text));
      reader.expectSign(']');
    } else {
      substitutions.attributes.add(path[0]);
      return path;
    }
  }
}

function parseName(reader: TokenReader, substitutions: Substitutions): string {
  const { kind, text } = reader.peek();
  if (kind === 'word') {
    reader.next();
    if (isReserved(text)) {
      reader.note('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    return text;
  }
  if (kind !== 'name') throw reader.syntaxError();
  reader.next();
  const name = substitutions.name(text);
  if (name === undefined) {
    reader.note(
      'other',
      `An expression attribute name used in the document path is not defined; attribute name: ${text}`,
    );
  }
  return name ?? text;
}

export function renderPath(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

export function equalPaths(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

/** The value at a path of an item. */
export function valueAt(item: Item, [attribute, ...rest]: Path): AttributeValue | undefined {
  let value = item.get(attribute);
  for (const step of rest) {
    if (value?.type === 'M' && typeof step === 'string') value = value.value.get(step);
    else if (value?.type === 'L' && typeof step === 'number') value = value.value[step];
    else return undefined;
  }
  return value;
}

/** The first two paths that overlap, or that use one value as both a map and a list. */
export function findConflict(paths: readonly Path[]): string | undefined {
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const relation = relationOf(earlier, path);
      if (relation === undefined) continue;
      return `Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${renderPath(earlier)}, path two: ${renderPath(path)}`;
    }
  }
  return undefined;
}

function relationOf(one: Path, other: Path): 'overlap' | 'conflict' | undefined {
  for (const [index, step] of one.entries()) {
    const opposite = other[index];
    if (opposite === undefined) return 'overlap';
    if (typeof step !== typeof opposite) return 'conflict';
    if (step !== opposite) return undefined;
  }
  return 'overlap';
}
