import { JsonataFault, limitMessages } from './fault.ts';

/*
 * Version 2.0.6 of the package, which AWS runs, loops without end or for very long on some pictures. On AWS the
 * time limit of an expression stops it; here the work is computed before it starts.
 */

/** Separators of a picture that its options can replace. */
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
 * @param picture a picture that the package has accepted
 */
export function assertScalable(value: unknown, picture: unknown, options: unknown): void {
  if (typeof value !== 'number' || Number.isNaN(value)) return;
  if (value > 0 && Number.isFinite(value)) return;
  const separators = { ...SEPARATORS, ...(options as Partial<Separators> | undefined) };
  const [first = '', second = first] = String(picture).split(separators['pattern-separator']);
  if (!hasExponent(value >= 0 ? first : second, separators)) return;
  throw new JsonataFault(undefined, { message: limitMessages.time });
}

/** Searches between the first and the last active character of the picture. */
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

/** A component of a date picture: `[Y0001]`. */
const PLACE = /\[[^\]]*\]/;

/** Up to this number of ways to match, no steps are charged; a valid date has fewer. */
const FEW_WAYS = 1_000;

/** Longer than any date of ISO 8601. */
const SHORT_TIMESTAMP = 64;

/**
 * The maximum number of ways in which `$toMillis` tries to match a text. Its expression for ISO 8601 repeats the
 * month and the day. Adjacent components of a picture share a run of digits or letters in every possible way.
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

/** The number of ways to split a run of characters into this many non-empty pieces. */
function combinations(length: number, pieces: number): number {
  let ways = 1;
  for (let piece = 1; piece < pieces; piece += 1) ways *= Math.max(1, (length - piece) / piece);
  return ways;
}
