/** The flags of one instruction, by name without `--`. */
export interface FlagKinds {
  readonly [name: string]: 'boolean' | 'text' | 'list';
}

export type FlagValues = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the flags of an instruction.
 *
 * @throws RangeError for one that the instruction does not have, that is repeated, or whose value is missing or wrong
 */
export function readFlags(flags: readonly string[], kinds: FlagKinds): FlagValues {
  const found = new Map<string, string[]>();
  for (const flag of flags) {
    const [, name = '', , value] = /^--([^=]*)(=(.*))?$/s.exec(flag) ?? [];
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new RangeError(unknownFlag(name, kinds));
    const values = found.get(name) ?? [];
    if (values.length > 0 && kind !== 'list') throw new RangeError(`--${name} is given twice`);
    values.push(readValue(name, kind, value));
    found.set(name, values);
  }
  return found;
}

export function textFlag(values: FlagValues, name: string): string | undefined {
  return values.get(name)?.[0];
}

export function booleanFlag(values: FlagValues, name: string): boolean | undefined {
  const value = values.get(name)?.[0];
  return value === undefined ? undefined : value === 'true';
}

function readValue(name: string, kind: 'boolean' | 'text' | 'list', value: string | undefined) {
  if (kind !== 'boolean') {
    if (value === undefined) throw new RangeError(`--${name} has no value`);
    return value;
  }
  const chosen = (value ?? 'true').toLowerCase();
  if (chosen !== 'true' && chosen !== 'false') {
    throw new RangeError(`--${name} is true or false, and not "${value}"`);
  }
  return chosen;
}

function unknownFlag(name: string, kinds: FlagKinds): string {
  const known = Object.keys(kinds).map((flag) => `--${flag}`);
  return `--${name} is unknown; ${known.length === 0 ? 'this instruction has no flags' : `it has ${known.join(', ')}`}`;
}
