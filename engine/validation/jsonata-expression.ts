import { parseSyntax } from '../jsonata/syntax.ts';
import { findReferences, type References } from './jsonata-references.ts';
import { messages } from './messages.ts';
import { type MachineContext, type Place, type ReadExpression, refuse, report } from './place.ts';

/** A string is an expression only if it starts with `{%` and ends with `%}`. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= '{%%}'.length;
}

/** Checks a string of a JSONata state: a literal text is valid; an expression must parse, and its references must exist. */
export function checkExpression(text: string, place: Place): void {
  if (!isExpression(text)) {
    if (text.startsWith('{%')) refuse(place, messages.openExpression);
    return;
  }
  const expression = read(text.slice(2, -2), place.machine);
  if (expression.error !== undefined) report(place, 'INVALID_JSONATA_EXPRESSION', expression.error);
  else checkReferences(expression.references, place);
}

/** Caches each expression, because a definition can repeat it in thousands of states. */
function read(source: string, { expressions }: MachineContext): ReadExpression {
  const known = expressions.get(source);
  if (known !== undefined) return known;
  const result = parse(source);
  expressions.set(source, result);
  return result;
}

/** AWS returns the message of the reference implementation, without its code. */
function parse(source: string): ReadExpression {
  try {
    return { references: findReferences(parseSyntax(source)) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  // The text is nested so deeply that the parser exceeded the stack.
  if (error instanceof RangeError) return 'Stack overflow error';
  const message = (error as { readonly message?: unknown }).message;
  return typeof message === 'string' ? message : String(error);
}

function checkReferences(references: References, place: Place): void {
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
