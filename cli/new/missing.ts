/** No number that a model can learn from; pandas reads them as numbers, which its users then drop. */
const INFINITIES = [
  'inf',
  '-inf',
  '+inf',
  'Inf',
  '-Inf',
  'INF',
  '-INF',
  'Infinity',
  '-Infinity',
] as const;

/**
 * Texts that mark a missing value: pandas' own list, and others that occur in files.
 *
 * @see https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html (na_values)
 */
const MARKS = new Set([
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'None',
  'n/a',
  'nan',
  'null',
  '?',
  '-',
  '--',
  '---',
  '.',
  '*',
  'none',
  'NONE',
  'na',
  'n.a.',
  'N.A.',
  'N/a',
  'Null',
  'NAN',
  'Nan',
  '#NULL!',
  '#DIV/0!',
  '#VALUE!',
  '#REF!',
  'missing',
  'Missing',
  'MISSING',
  '(null)',
  '\\N',
  ...INFINITIES,
]);

/** Marks that are often real values: "none" of an allergy, "NA" of a region. */
const AMBIGUOUS = new Set([
  'None',
  'none',
  'NONE',
  'NA',
  'na',
  '-',
  '*',
  '.',
  'missing',
  'Missing',
  ...INFINITIES,
]);

const LONGEST_MARK = 9;

export function isMissingMark(text: string): boolean {
  return text.length <= LONGEST_MARK && MARKS.has(text);
}

/** Whether a mark may be a real value in a column of texts. */
export function isAmbiguousMark(text: string): boolean {
  return AMBIGUOUS.has(text);
}

/** Numbers that mark a missing value. */
const SENTINELS = new Set([-1, -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999, 999999]);

export function isSentinel(value: number): boolean {
  return SENTINELS.has(value);
}
