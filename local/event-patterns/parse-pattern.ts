import { type EventPattern, InvalidPattern } from './event-pattern.ts';
import { singleAddress } from './ip-range.ts';
import { JsonReader, type Token } from './json-reader.ts';
import { parseMatchExpression } from './parse-match-expression.ts';
import type { ValuePattern } from './value-pattern.ts';
import { isTooComplex, TOO_COMPLEX, type Wildcard } from './wildcard.ts';

/** An `$or` multiplies branches; AWS refuses rules with more. */
const BRANCHES_LIMIT = 1_000;

/** Names that cannot be fields inside `$or`, because AWS reserves them for operators. */
const RESERVED_IN_OR: ReadonlySet<string> = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

type Branches = Map<string, readonly ValuePattern[]>[];

interface Reading {
  readonly reader: JsonReader;
  /** The wildcards of each list of alternatives. */
  readonly wildcards: (readonly Wildcard[])[];
}

/**
 * Compiles the text of an event pattern.
 *
 * @throws InvalidPattern with AWS's reason, including its position
 */
export function parsePattern(text: string): EventPattern {
  const reading: Reading = { reader: new JsonReader(text), wildcards: [] };
  try {
    if (reading.reader.next() !== 'object-start') reading.reader.fail('Filter is not an object');
    const branches = parseObject(reading, [], '', false);
    const visited = { sets: 0 };
    if (reading.wildcards.some((field) => isTooComplex(field, visited))) {
      throw new Error(TOO_COMPLEX);
    }
    return { branches, wildcards: reading.wildcards.length };
  } catch (error) {
    if (error instanceof Error) throw new InvalidPattern(error.message, { cause: error });
    throw error;
  }
}

function parseObject(reading: Reading, branches: Branches, path: string, inOr: boolean): Branches {
  const { reader } = reading;
  let current = branches;
  let empty = true;
  while (reader.next() !== 'object-end') {
    empty = false;
    const { name } = reader;
    if (name === '$or') {
      current = parseOr(reading, current, path);
      continue;
    }
    if (inOr && RESERVED_IN_OR.has(name)) {
      reader.fail(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const fieldPath = path === '' ? name : `${path}.${name}`;
    current = parseField(reading, current, fieldPath, inOr);
  }
  if (empty) reader.fail('Empty objects are not allowed');
  return current;
}

function parseField(reading: Reading, branches: Branches, path: string, inOr: boolean): Branches {
  const { reader } = reading;
  const { name } = reader;
  const token = reader.next();
  if (token === 'object-start') return parseObject(reading, branches, path, inOr);
  if (token !== 'array-start') reader.fail(`"${name}" must be an object or an array`);
  const alternatives = parseAlternatives(reading);
  const all = branches.length === 0 ? [new Map<string, readonly ValuePattern[]>()] : branches;
  // Of a duplicate path the last one wins, as with any duplicate key.
  for (const branch of all) branch.set(path, alternatives);
  return all;
}

function parseOr(reading: Reading, branches: Branches, path: string): Branches {
  const { reader } = reading;
  if (reader.next() !== 'array-start') reader.fail('It must be an Array followed with $or.');
  const result: Branches = [];
  let count = 0;
  for (let token = reader.next(); token !== 'array-end'; token = reader.next()) {
    if (token !== 'object-start') {
      reader.fail('Only JSON object is allowed in array of $or relationship.');
    }
    count += 1;
    const copies = branches.map((branch) => new Map(branch));
    result.push(...parseObject(reading, copies.length === 0 ? [new Map()] : copies, path, true));
    if (result.length > BRANCHES_LIMIT) {
      reader.fail(`Rule is too complex - $or makes more than ${BRANCHES_LIMIT} combinations`);
    }
  }
  if (count < 2) reader.fail('There must have at least 2 Objects in $or relationship.');
  return result;
}

function parseAlternatives(reading: Reading): readonly ValuePattern[] {
  const { reader } = reading;
  const alternatives: ValuePattern[] = [];
  for (let token = reader.next(); token !== 'array-end'; token = reader.next()) {
    alternatives.push(
      token === 'object-start' ? parseMatchExpression(reader) : exact(reader, token),
    );
  }
  if (alternatives.length === 0) reader.fail('Empty arrays are not allowed');
  const wildcards = alternatives.flatMap(wildcardsOf);
  if (wildcards.length > 0) reading.wildcards.push(wildcards);
  return alternatives;
}

function wildcardsOf(pattern: ValuePattern): readonly Wildcard[] {
  if (pattern.kind === 'wildcard') return [pattern.parts];
  return pattern.kind === 'anything-but' ? pattern.of.flatMap(wildcardsOf) : [];
}

function exact(reader: JsonReader, token: Token): ValuePattern {
  if (token === 'string') return textPattern(reader.text);
  if (token === 'number') {
    return { kind: 'equals', leaf: { type: 'number', value: Number(reader.text) } };
  }
  if (token === 'true' || token === 'false' || token === 'null') {
    return { kind: 'equals', leaf: { type: 'other', value: token } };
  }
  return reader.fail('Match value must be String, number, true, false, or null');
}

/** A string with an IP address matches every spelling of that address, as on AWS. */
function textPattern(text: string): ValuePattern {
  const range = singleAddress(text);
  return range === undefined
    ? { kind: 'equals', leaf: { type: 'string', value: text } }
    : { kind: 'ip', range };
}
