import { JsonataFault, limitMessages } from './fault.ts';

/*
 * Version 2.0.6 of the package, which AWS runs, loops for ever or for very long on some pictures. On AWS the time
 * limit of an expression ends it; here the work is found out before it begins.
 */

/** Separators of a picture that its options may replace. */
const SEPARATORS = {
  'pattern-separator': ';',
  'exponent-separator': 'e',
  'decimal-separator': '.',
  'grouping-separator': ',',
  digit: '#',
  'zero-digit': '0',
} as const;

type Separators = Readonly<Record<keyof typeof SEPARATORS, string>>;

/**
 * `$formatNumber` scales a number by tens until its mantissa fits the picture; zero, negative and infinite
 * numbers never do (https://github.com/jsonata-js/jsonata/issues/785).
 *
 * @param picture one that the package has accepted
 */
export function assertScalable(value: unknown, picture: unknown, options: unknown): void {
  if (typeof value !== 'number' || Number.isNaN(value)) return;
  if (value > 0 && Number.isFinite(value)) return;
  const separators = { ...SEPARATORS, ...(options as Partial<Separators> | undefined) };
  const [first = '', second = first] = String(picture).split(separators['pattern-separator']);
  if (!hasExponent(value >= 0 ? first : second, separators)) return;
  throw new JsonataFault(undefined, { message: limitMessages.time });
}

/** Between the first and the last character that means something. */
function hasExponent(picture: string, separators: Separators): boolean {
  const characters = [...Array(picture.length).keys()].map((at) => picture.charAt(at));
  const zero = separators['zero-digit'].charCodeAt(0);
  const isActive = (character: string) =>
    [separators['decimal-separator'], separators['grouping-separator'], separators.digit].includes(
      character,
    ) ||
    (character.charCodeAt(0) >= zero && character.charCodeAt(0) < zero + 10);
  const exponent = picture.indexOf(
    separators['exponent-separator'],
    characters.findIndex(isActive),
  );
  return exponent !== -1 && exponent <= characters.findLastIndex(isActive) + 1;
}

/** A place of a date: `[Y0001]`. */
const PLACE = /\[[^\]]*\]/;

/** Ways to match, at most, that need not be counted: no date that is one has more. */
const FEW_WAYS = 1_000;

/** Longer than any date of ISO 8601. */
const SHORT_TIMESTAMP = 64;

/**
 * How many ways `$toMillis` may try to match a text. Its expression for ISO 8601 repeats the month and the day; of a
 * picture, places that touch one another share a run of digits or letters in every possible way.
 */
export function waysToMatch(text: string, picture: string | undefined): number {
  if (picture === undefined) return text.length < SHORT_TIMESTAMP ? 0 : text.length ** 2;
  const between = /\[[YMDdFWwXxHhPmsfZzCE][^\]]*[wWiI]/.test(picture) ? /^[-, \d]*$/ : /^\d*$/;
  const letters = longestRun(text, between.test('-') ? /[\w, -]+/g : /\w+/g);
  let ways = 1;
  let touching = 1;
  for (const literal of [...picture.split(PLACE).slice(1, -1), '|']) {
    if (between.test(literal)) touching += 1;
    else {
      ways *= combinations(letters, touching);
      touching = 1;
    }
  }
  return ways < FEW_WAYS ? 0 : ways * text.length;
}

function longestRun(text: string, run: RegExp): number {
  return Math.max(0, ...(text.match(run) ?? []).map((found) => found.length));
}

/** In how many ways a run of characters can be cut into so many pieces, none of them empty. */
function combinations(length: number, pieces: number): number {
  let ways = 1;
  for (let piece = 1; piece < pieces; piece += 1) ways *= Math.max(1, (length - piece) / piece);
  return ways;
}
