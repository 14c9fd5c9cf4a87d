/** One step of a path: a member, an element or (`*`) all elements. */
export type PathStep = string | number | typeof EVERY;

export const EVERY = Symbol('[*]');

/** A path of an InputPath or InputPathsMap: members, indices and `[*]`, but not filters. */
export type JsonPath = readonly PathStep[];

const STEP = /\.([\p{L}\p{N}_/-]+)|\[(\d+)\]|\[\*\]|\[(?:'([^']*)'|"([^"]*)")\]/uy;

/** @returns undefined if EventBridge does not accept the path */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: PathStep[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (match === null) return undefined;
    const [, member, index, single, double] = match;
    const name = member ?? single ?? double;
    if (name !== undefined) steps.push(name);
    else steps.push(index === undefined ? EVERY : Number(index));
  }
  return steps;
}

/** The value at the path; undefined if there is none. */
export function follow(value: unknown, path: JsonPath): unknown {
  let current = value;
  for (const [index, step] of path.entries()) {
    if (step === EVERY) {
      if (!Array.isArray(current)) return undefined;
      const rest = path.slice(index + 1);
      return current.map((element) => follow(element, rest)).filter((found) => found !== undefined);
    }
    current = stepInto(current, step);
    if (current === undefined) return undefined;
  }
  return current;
}

function stepInto(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  if (typeof value !== 'object' || value === null || typeof step === 'number') return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}
