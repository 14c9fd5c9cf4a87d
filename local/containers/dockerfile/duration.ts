const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /^(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/;

/** Docker takes none that is shorter, except 0, its default. */
const SHORTEST_MS = 1;

/**
 * Reads a duration such as `1m30s`, in milliseconds. https://pkg.go.dev/time#ParseDuration
 *
 * @throws RangeError
 */
export function readDuration(text: string): number {
  if (text === '0') return 0;
  let total = 0;
  let rest = text;
  while (rest !== '') {
    const [part, amount, unit = ''] = PART.exec(rest) ?? [];
    if (part === undefined) {
      throw new RangeError(`"${text}" is not a duration: write for example 30s or 1m30s`);
    }
    total += Number(amount) * (UNITS_MS[unit] ?? 0);
    rest = rest.slice(part.length);
  }
  if (text === '') throw new RangeError('a duration is missing');
  if (total !== 0 && total < SHORTEST_MS) {
    throw new RangeError(`${text} is less than a millisecond`);
  }
  return total;
}
