/** Whether an answer is the recorded one. Placeholders of the recording tool match any name or time. */
export interface Difference {
  readonly at: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface MatchOptions {
  /** Words in the recording that stand for names. */
  readonly words: readonly string[];
  /** Lists below these keys are sets. */
  readonly unordered: readonly string[];
}

const absent = Symbol('absent');
const placeholder = /<[A-Za-z][^<>\s"]{0,80}>/;
const wholePlaceholder = new RegExp(`^${placeholder.source}$`);
const instants =
  /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:?(?:[0-5]\d)?)/g;
const ignoredKeys = new Set(['ResponseMetadata']);
const newerKeys = new Set([
  'encryptionConfiguration',
  'redriveCount',
  'redriveStatus',
  'redriveStatusReason',
  'variableReferences',
]);

/** The differences; none if the answer agrees. */
export function differences(
  expected: unknown,
  actual: unknown,
  options: MatchOptions,
): readonly Difference[] {
  const found: Difference[] = [];
  compare(expected, actual, { ...options, path: '', key: '', asSet: false, found });
  return found;
}

interface Place extends MatchOptions {
  readonly path: string;
  readonly key: string;
  readonly asSet: boolean;
  readonly found: Difference[];
}

function compare(expected: unknown, actual: unknown, place: Place): void {
  if (typeof expected === 'string') return compareText(expected, actual, place);
  if (typeof expected === 'object' && expected !== null) {
    const value = typeof actual === 'string' ? parsed(actual) : actual;
    if (Array.isArray(expected)) return compareLists(expected, value, place);
    return compareObjects(expected as Record<string, unknown>, value, place);
  }
  const value =
    typeof expected === 'number' && typeof actual === 'string' ? parsed(actual) : actual;
  if (expected !== value) differ(place, expected, actual);
}

function differ(place: Place, expected: unknown, actual: unknown): void {
  place.found.push({
    at: place.path === '' ? '$' : place.path,
    expected,
    actual: actual === absent ? '(absent)' : actual,
  });
}

function compareText(expected: string, actual: unknown, place: Place): void {
  if (!agreesAsText(expected, actual, place)) differ(place, expected, actual);
}

function agreesAsText(expected: string, actual: unknown, place: Place): boolean {
  if (actual === absent || actual === undefined) return false;
  if (expected === 'timestamp' && /timestamp/i.test(place.key)) return true;
  if (place.words.includes(expected)) return true;
  if (typeof actual !== 'string') {
    if (wholePlaceholder.test(expected) && actual !== null) return true;
    const value = parsed(expected);
    if (typeof actual !== 'object' || typeof value !== 'object' || value === null) return false;
    compare(value, actual, place);
    return true;
  }
  const dated = actual.replaceAll(instants, 'date');
  if (expected === actual || expected === dated) return true;
  const value = parsed(expected);
  if (typeof value === 'object' && value !== null && typeof parsed(actual) === 'object') {
    compare(value, parsed(actual), place);
    return true;
  }
  const pattern = toPattern(expected, place.words);
  return pattern.test(actual) || pattern.test(dated);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toPattern(expected: string, words: readonly string[]): RegExp {
  let text = expected;
  for (let round = 0; round < 3; round += 1) {
    text = text.replaceAll(/<<([A-Za-z][^<>\s"]*)>([^<>\s"]*)>/g, '<$1$2>');
  }
  const variable = [
    placeholder.source,
    '1{12}',
    ...[...words].sort((a, b) => b.length - a.length).map(escaped),
  ];
  const pieces = text.split(new RegExp(`(${variable.join('|')})`));
  const source = pieces.map((piece, index) => (index % 2 === 0 ? escaped(piece) : meaning(piece)));
  return new RegExp(`^${source.join('')}$`);
}

function meaning(piece: string): string {
  if (piece === '<region>') return String.raw`[a-z]{2}(?:-[a-z]+)+-\d`;
  if (piece === '<partition>') return 'aws[a-z-]*';
  return piece === '111111111111' ? String.raw`\d{12}` : String.raw`[\s\S]+?`;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

function compareLists(expected: readonly unknown[], actual: unknown, place: Place): void {
  if (!Array.isArray(actual)) return differ(place, expected, actual);
  if (expected.length !== actual.length) {
    return differ({ ...place, path: `${place.path}(length)` }, expected.length, actual.length);
  }
  const [left, right] = place.asSet ? [sorted(expected), sorted(actual)] : [expected, actual];
  for (const [index, item] of left.entries()) {
    compare(item, right[index], { ...place, path: `${place.path}[${index}]` });
  }
}

function sorted(list: readonly unknown[]): readonly unknown[] {
  return [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function compareObjects(expected: Record<string, unknown>, actual: unknown, place: Place): void {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) {
    return differ(place, expected, actual);
  }
  const members = actual as Record<string, unknown>;
  for (const [key, value] of Object.entries(expected)) {
    if (ignoredKeys.has(key) || (!Object.hasOwn(members, key) && wholePlaceholder.test(key)))
      continue;
    compare(value, Object.hasOwn(members, key) ? members[key] : absent, {
      ...place,
      key,
      path: `${place.path}.${key}`,
      asSet: place.asSet || place.unordered.includes(key),
    });
  }
  if (Object.keys(expected).some((key) => wholePlaceholder.test(key))) return;
  for (const [key, value] of Object.entries(members)) {
    if (Object.hasOwn(expected, key) || ignoredKeys.has(key) || newerKeys.has(key)) continue;
    differ({ ...place, path: `${place.path}.${key}` }, '(absent)', value);
  }
}
