import { parseSyntax, type SyntaxNode } from '../jsonata/syntax.ts';
import { findReferences } from './jsonata-references.ts';
import { messages } from './messages.ts';
import { type Place, refuse, report } from './place.ts';

/** A string is an expression only if it begins with `{%` and ends with `%}`. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= '{%%}'.length;
}

/** Checks a string of a JSONata state: literal text passes, an expression must parse and may only refer to what exists. */
export function checkExpression(text: string, place: Place): void {
  if (!isExpression(text)) {
    if (text.startsWith('{%')) refuse(place, messages.openExpression);
    return;
  }
  const parsed = parse(text.slice(2, -2));
  if (parsed.error !== undefined) report(place, 'INVALID_JSONATA_EXPRESSION', parsed.error);
  else checkReferences(parsed.tree, place);
}

type Parsed =
  | { readonly tree: SyntaxNode; readonly error?: undefined }
  | { readonly error: string };

/** Expressions that were read before their definition is judged. */
export type ReadExpressions = ReadonlyMap<string, Parsed>;

let readBefore: ReadExpressions | undefined;

/**
 * Reads the expressions of a definition one by one, the longest part of judging it, so that others may have
 * their turn in between.
 */
export function* readExpressions(definition: unknown): Generator<undefined, ReadExpressions> {
  const read = new Map<string, Parsed>();
  const values: unknown[] = [definition];
  while (values.length > 0) {
    const value = values.pop();
    if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value)) values.push(member);
    } else if (typeof value === 'string' && isExpression(value)) {
      const source = value.slice(2, -2);
      if (read.has(source)) continue;
      read.set(source, parse(source));
      yield;
    }
  }
  return read;
}

/** Judges with what was read before. */
export function withExpressions<Result>(read: ReadExpressions, judge: () => Result): Result {
  const outer = readBefore;
  readBefore = read;
  try {
    return judge();
  } finally {
    readBefore = outer;
  }
}

/** AWS answers with the message of the reference implementation, without its code. */
function parse(source: string): Parsed {
  const known = readBefore?.get(source);
  if (known !== undefined) return known;
  try {
    return { tree: parseSyntax(source) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  // A text nested so deeply that the parser ran out of stack.
  if (error instanceof RangeError) return 'Stack overflow error';
  const message = (error as { readonly message?: unknown }).message;
  return typeof message === 'string' ? message : String(error);
}

function checkReferences(tree: SyntaxNode, place: Place): void {
  const references = findReferences(tree);
  for (const name of references.context) {
    report(place, 'UNSUPPORTED_JSONATA_EXPRESSION', messages.contextReference(name));
  }
  if (references.root) report(place, 'UNSUPPORTED_JSONATA_EXPRESSION', messages.rootReference);
  for (const name of references.statesFields) {
    if (isKnown(name, place)) continue;
    report(place, 'UNSUPPORTED_JSONATA_EXPRESSION', messages.missingStatesField(name));
  }
}

function isKnown(name: string, place: Place): boolean {
  return (
    name === 'input' ||
    name === 'context' ||
    (place.statesFields as readonly string[]).includes(name)
  );
}
