import { MisplacedQuote, splitRow } from './rows.ts';

/** What separates the fields of a line. */
export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** How well a delimiter fits the first lines of a file. */
interface Fit {
  readonly delimiter: Delimiter;
  /** How many fields most lines have. */
  readonly fields: number;
  /** The share of lines with as many. */
  readonly agreement: number;
  /** The share of fields that are a number, or hold no other delimiter. */
  readonly plainness: number;
}

/** A number with a decimal comma holds a delimiter. */
const NUMBER = /^\s*[+-]?[\d.,'_ ]*\d[.,]?\s*$/;

/** @returns undefined where each line is one field with every delimiter */
export function findDelimiter(lines: readonly string[]): Delimiter | undefined {
  const fits = DELIMITERS.map((delimiter) => fitOf(delimiter, lines)).filter(
    ({ fields }) => fields > 1,
  );
  return fits.toSorted((one, other) => scoreOf(other) - scoreOf(one))[0]?.delimiter;
}

function scoreOf({ agreement, plainness }: Fit): number {
  return agreement ** 2 * plainness;
}

function fitOf(delimiter: Delimiter, lines: readonly string[]): Fit {
  const rows = lines.map((line) => splitLoosely(line, delimiter));
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [fields = 1, count = 0] = [...counts].toSorted((one, other) => other[1] - one[1])[0] ?? [];
  const others = DELIMITERS.filter((other) => other !== delimiter);
  const all = rows.flat();
  const plain = all.filter(
    (field) => NUMBER.test(field) || !others.some((other) => field.includes(other)),
  );
  return {
    delimiter,
    fields,
    agreement: count / Math.max(1, rows.length),
    plainness: plain.length / Math.max(1, all.length),
  };
}

function splitLoosely(line: string, delimiter: Delimiter): string[] {
  try {
    return splitRow(line, delimiter);
  } catch (error) {
    if (!(error instanceof MisplacedQuote)) throw error;
    return line.split(delimiter);
  }
}
