import { parseCidr } from './ip-range.ts';
import type { JsonReader, Token } from './json-reader.ts';
import { NUMERIC_LIMIT, type NumericRange, type ValuePattern } from './value-pattern.ts';
import { parseWildcard } from './wildcard.ts';

const ONE_KEY = 'Only one key allowed in match expression';
const TOO_MANY = 'Too many elements in numeric expression';

/**
 * Reads `{"prefix": …}` and its kind up to the closing brace. All messages are AWS's, including
 * odd ones: for a number, `cidr` names a prefix, and anything-but a numeric expression.
 */
export function parseMatchExpression(reader: JsonReader): ValuePattern {
  if (reader.next() !== 'field') reader.fail('Match expression name not found');
  const operator = reader.name;
  switch (operator) {
    case 'exactly':
      return { kind: 'equals', leaf: { type: 'string', value: textOf(reader, 'exact') } };
    case 'prefix':
    case 'suffix':
      return parseAffix(reader, operator);
    case 'equals-ignore-case':
      return { kind: operator, text: textOf(reader, operator) };
    case 'wildcard':
      return parseWildcardExpression(reader);
    case 'cidr':
      return { kind: 'ip', range: parseCidr(textOf(reader, 'prefix')) };
    case 'exists':
      return parseExists(reader);
    case 'numeric':
      return parseNumeric(reader);
    case 'anything-but':
      return parseAnythingBut(reader);
    default:
      return reader.fail(`Unrecognized match type ${operator}`);
  }
}

function textOf(reader: JsonReader, what: string): string {
  if (reader.next() !== 'string') reader.fail(`${what} match pattern must be a string`);
  const { text } = reader;
  close(reader, ONE_KEY);
  return text;
}

function close(reader: JsonReader, message: string): void {
  if (reader.next() !== 'object-end') reader.fail(message);
}

function parseAffix(reader: JsonReader, kind: 'prefix' | 'suffix'): ValuePattern {
  const token = reader.next();
  if (token === 'object-start') {
    const name = kind === 'prefix' ? 'Prefix' : 'Suffix';
    if (reader.next() !== 'field') reader.fail(`${name} expression name not found`);
    if (reader.name !== 'equals-ignore-case') {
      reader.fail(`Unsupported ${kind} pattern: ${reader.name}`);
    }
    const text = textOf(reader, 'equals-ignore-case');
    close(reader, ONE_KEY);
    return { kind, text, ignoreCase: true };
  }
  if (token !== 'string') reader.fail(`${kind} match pattern must be a string`);
  const { text } = reader;
  close(reader, ONE_KEY);
  return { kind, text, ignoreCase: false };
}

function parseWildcardExpression(reader: JsonReader): ValuePattern {
  if (reader.next() !== 'string') reader.fail('wildcard match pattern must be a string');
  const pattern = wildcard(reader, reader.text);
  close(reader, ONE_KEY);
  return pattern;
}

function wildcard(reader: JsonReader, text: string): ValuePattern {
  return { kind: 'wildcard', parts: placed(reader, () => parseWildcard(text)) };
}

/** The position of a problem that is found later. */
function placed<T>(reader: JsonReader, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    return reader.fail(error instanceof Error ? error.message : String(error));
  }
}

function parseExists(reader: JsonReader): ValuePattern {
  const token = reader.next();
  if (token !== 'true' && token !== 'false') {
    reader.fail('exists match pattern must be either true or false.');
  }
  close(reader, ONE_KEY);
  return { kind: token === 'true' ? 'present' : 'absent' };
}

function parseNumeric(reader: JsonReader): ValuePattern {
  if (reader.next() !== 'array-start') reader.fail('Value of numeric must be an array.');
  const range = parseRange(reader);
  close(reader, TOO_MANY);
  return { kind: 'numeric', range };
}

function parseRange(reader: JsonReader): NumericRange {
  if (reader.next() !== 'string') reader.fail(`Invalid member in numeric match: ${reader.text}`);
  const operator = reader.text;
  switch (operator) {
    case '=': {
      const bound = boundOf(reader, 'equals', false);
      return oneSided(reader, { low: bound, high: bound });
    }
    case '<':
    case '<=':
      return oneSided(reader, { high: boundOf(reader, operator, operator === '<') });
    case '>':
    case '>=':
      return completeRange(reader, boundOf(reader, operator, operator === '>'));
    default:
      return reader.fail(`Unrecognized numeric range operator: ${operator}`);
  }
}

function oneSided(reader: JsonReader, range: NumericRange): NumericRange {
  if (reader.next() !== 'array-end') reader.fail(TOO_MANY);
  return placed(reader, () => comparable(range));
}

function completeRange(reader: JsonReader, low: Bound): NumericRange {
  const token = reader.next();
  if (token === 'array-end') return placed(reader, () => comparable({ low }));
  if (token !== 'string') reader.fail(`Bad value in numeric range: ${reader.text}`);
  const operator = reader.text;
  if (operator !== '<' && operator !== '<=') {
    reader.fail(`Bad numeric range operator: ${operator}`);
  }
  const high = boundOf(reader, operator, operator === '<');
  if (reader.next() !== 'array-end') reader.fail('Too many terms in numeric range expression');
  return placed(reader, () => {
    const range = comparable({ low, high });
    if (low.value >= high.value) throw new Error('Bottom must be less than top');
    return range;
  });
}

type Bound = NonNullable<NumericRange['low']>;

function boundOf(reader: JsonReader, operator: string, open: boolean): Bound {
  if (reader.next() !== 'number') reader.fail(`Value of ${operator} must be numeric`);
  return { value: Number(reader.text), open };
}

/** @throws Error with AWS's message, without a position, after the whole expression is read */
function comparable(range: NumericRange): NumericRange {
  for (const bound of [range.low, range.high]) if (bound !== undefined) withinLimit(bound.value);
  return range;
}

function withinLimit(value: number): number {
  if (Math.abs(value) > NUMERIC_LIMIT) {
    throw new Error('Value must be between -5.0E9 and 5.0E9, inclusive');
  }
  return value;
}

type Excluder = 'equals-ignore-case' | 'prefix' | 'suffix' | 'wildcard';

const EXCLUDERS: ReadonlySet<string> = new Set<Excluder>([
  'equals-ignore-case',
  'prefix',
  'suffix',
  'wildcard',
]);

function parseAnythingBut(reader: JsonReader): ValuePattern {
  let token = reader.next();
  let excluder: Excluder | undefined;
  if (token === 'object-start') {
    if (reader.next() !== 'field') reader.fail('Anything-But expression name not found');
    if (!EXCLUDERS.has(reader.name)) {
      reader.fail(`Unsupported anything-but pattern: ${reader.name}`);
    }
    excluder = reader.name as Excluder;
    token = reader.next();
  }
  if (token !== 'array-start' && token !== 'string' && token !== 'number') {
    reader.fail('Value of anything-but must be an array or single string/number value.');
  }
  const of = excluded(reader, token, excluder);
  close(reader, TOO_MANY);
  if (excluder !== undefined) close(reader, TOO_MANY);
  return { kind: 'anything-but', of };
}

function excluded(
  reader: JsonReader,
  token: Token,
  excluder: Excluder | undefined,
): readonly ValuePattern[] {
  if (token !== 'array-start') {
    return [excluder === undefined ? plain(reader, token) : excludedBy(reader, token, excluder)];
  }
  if (excluder === undefined) return plainList(reader);
  // AWS wraps an error inside a list again, so that its position appears twice.
  const texts = placed(reader, () => textList(reader, excluder));
  return texts.map((text) => excludedText(reader, text, excluder));
}

function plain(reader: JsonReader, token: Token): ValuePattern {
  if (token === 'string') {
    return { kind: 'equals', leaf: { type: 'string', value: reader.text } };
  }
  if (token === 'number') {
    return { kind: 'equals', leaf: { type: 'number', value: withinLimit(Number(reader.text)) } };
  }
  return reader.fail('Inside anything but list, start|null|boolean is not supported.');
}

function plainList(reader: JsonReader): readonly ValuePattern[] {
  const list: ValuePattern[] = [];
  const types = new Set<Token>();
  placed(reader, () => {
    for (let token = reader.next(); token !== 'array-end'; token = reader.next()) {
      list.push(plain(reader, token));
      types.add(token);
    }
  });
  if (types.size === 1) return list;
  return reader.fail(
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  );
}

function textList(reader: JsonReader, excluder: Excluder): readonly string[] {
  const list: string[] = [];
  for (let token = reader.next(); token !== 'array-end'; token = reader.next()) {
    list.push(textToExclude(reader, token, excluder));
  }
  return list;
}

function excludedBy(reader: JsonReader, token: Token, excluder: Excluder): ValuePattern {
  return excludedText(reader, textToExclude(reader, token, excluder), excluder);
}

function textToExclude(reader: JsonReader, token: Token, excluder: Excluder): string {
  if (token !== 'string') reader.fail(NOT_A_STRING[excluder]);
  const { text } = reader;
  if (text === '' && (excluder === 'prefix' || excluder === 'suffix')) {
    reader.fail('Null prefix/suffix not allowed');
  }
  return text;
}

function excludedText(reader: JsonReader, text: string, excluder: Excluder): ValuePattern {
  switch (excluder) {
    case 'equals-ignore-case':
      return { kind: excluder, text };
    case 'wildcard':
      return wildcard(reader, text);
    case 'prefix':
    case 'suffix':
      return { kind: excluder, text, ignoreCase: false };
  }
}

const NOT_A_STRING: Readonly<Record<Excluder, string>> = {
  'equals-ignore-case':
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  wildcard: 'wildcard match pattern must be a string',
  prefix: 'prefix/suffix match pattern must be a string',
  suffix: 'prefix/suffix match pattern must be a string',
};
