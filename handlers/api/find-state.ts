type State = Readonly<Record<string, unknown>>;

/** A state of a machine by its name, which is unique in it; also in maps and parallel states. */
export function findState(machine: unknown, name: string): State | undefined {
  const states = isObject(machine) ? machine['States'] : undefined;
  if (!isObject(states)) return undefined;
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(own)) return own;
  for (const state of Object.values(states)) {
    for (const inner of isObject(state) ? innerMachines(state) : []) {
      const found = findState(inner, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function innerMachines({ Branches, ItemProcessor, Iterator }: State): readonly unknown[] {
  return [...(Array.isArray(Branches) ? Branches : []), ItemProcessor, Iterator];
}

function isObject(value: unknown): value is State {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
