import { JsonTooDeep, MAXIMUM_JSON_LEVELS } from '../parse-json.ts';
import type { Diagnostic } from './diagnostic.ts';
import { JACKSON_VALUES, jacksonCharacter, jacksonSource } from './jackson.ts';

/**
 * AWS's diagnostic for a text that is not JSON: the message and the position of Jackson's parser, at the first
 * error. `undefined` if the text is valid.
 */
export function findSyntaxError(text: string): Diagnostic | undefined {
  const scanner: Scanner = { text, at: 0 };
  try {
    scanDocument(scanner);
  } catch (error) {
    if (error instanceof SyntaxFinding) return renderFinding(error.message, scanner);
    throw error;
  }
  return undefined;
}

/**
 * The message of Jackson's parser for a text that is not JSON, without the position; undefined for JSON and for a
 * text of only white space, which Jackson accepts as no value.
 */
export function findJsonProblem(text: string): string | undefined {
  if (/^[ \t\r\n]*$/.test(text)) return undefined;
  return findSyntaxError(text)?.message.replace(/\n at \[Source: .*$/su, '');
}

interface Scanner {
  readonly text: string;
  /** The number of characters that have been read; Jackson's positions count from here. */
  at: number;
}

class SyntaxFinding extends Error {
  override readonly name = 'SyntaxFinding';
}

type Container = 'Object' | 'Array';

function renderFinding(message: string, scanner: Scanner): Diagnostic {
  const location = renderLocation(scanner, scanner.at);
  return {
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `${message}\n at ${location}`,
    location,
  };
}

function renderLocation({ text }: Scanner, at: number): string {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/u);
  const column = (lines.at(-1) ?? '').length + 1;
  return jacksonSource(text, lines.length, column);
}

function scanDocument(scanner: Scanner): void {
  skipSpace(scanner);
  scanTree(scanner);
  skipSpace(scanner);
  if (scanner.at < scanner.text.length) throw trailing(scanner);
}

/** Jackson would ignore text after the value; this is always a mistake, so it is refused in Jackson's words. */
function trailing(scanner: Scanner): SyntaxFinding {
  scanScalar(scanner, undefined);
  return new SyntaxFinding('Trailing token found after value: not allowed');
}

/** An open container and its start. */
interface Open {
  readonly kind: Container;
  readonly start: number;
}

/** Scans a value and all nested values, in a loop, because the nesting depth is the client's. */
function scanTree(scanner: Scanner): void {
  const open: Open[] = [];
  do {
    const isClosed = scanValue(scanner, open);
    if (isClosed) closeFinished(scanner, open);
  } while (open.length > 0);
}

/** Scans a scalar, or opens a container. Returns whether a value is complete. */
function scanValue(scanner: Scanner, open: Open[]): boolean {
  const start = scanner.at;
  const next = scanner.text[start];
  if (next !== '{' && next !== '[') {
    scanScalar(scanner, open.at(-1)?.kind);
    return true;
  }
  scanner.at += 1;
  open.push({ kind: next === '{' ? 'Object' : 'Array', start });
  if (open.length > MAXIMUM_JSON_LEVELS) throw new SyntaxFinding(new JsonTooDeep().message);
  return openMember(scanner, open);
}

/** After an opening bracket. Returns true if the container is empty and closed. */
function openMember(scanner: Scanner, open: Open[]): boolean {
  const container = open.at(-1);
  if (container === undefined) return true;
  skipSpace(scanner);
  requireMore(scanner, container);
  if (scanner.text[scanner.at] === closerOf(container)) {
    scanner.at += 1;
    open.pop();
    return true;
  }
  if (container.kind === 'Object') scanName(scanner);
  return false;
}

/** After a value: closes the containers that end here and skips to the next member. */
function closeFinished(scanner: Scanner, open: Open[]): void {
  for (let container = open.at(-1); container !== undefined; container = open.at(-1)) {
    skipSpace(scanner);
    requireMore(scanner, container);
    const next = scanner.text[scanner.at];
    if (next === closerOf(container)) {
      scanner.at += 1;
      open.pop();
      continue;
    }
    if (next !== ',') {
      throw unexpected(scanner, `was expecting comma to separate ${container.kind} entries`);
    }
    scanner.at += 1;
    skipSpace(scanner);
    requireMore(scanner, container);
    if (container.kind === 'Object') scanName(scanner);
    return;
  }
}

function closerOf(container: Open): string {
  return container.kind === 'Object' ? '}' : ']';
}

function requireMore(scanner: Scanner, container: Open): void {
  if (scanner.at < scanner.text.length) return;
  const start = renderLocation(scanner, container.start + 1).replace(
    /column: \d+\]$/u,
    () => `column: ${columnOf(scanner, container.start)}]`,
  );
  throw new SyntaxFinding(
    `Unexpected end-of-input: expected close marker for ${container.kind} (start marker at ${start})`,
  );
}

function columnOf({ text }: Scanner, at: number): number {
  return (
    (
      text
        .slice(0, at)
        .split(/\r\n|\r|\n/u)
        .at(-1) ?? ''
    ).length + 1
  );
}

function scanName(scanner: Scanner): void {
  if (scanner.text[scanner.at] !== '"') {
    throw unexpected(scanner, 'was expecting double-quote to start field name');
  }
  scanString(scanner, ' in field name', 'name');
  skipSpace(scanner);
  if (scanner.at >= scanner.text.length) throw endBetween();
  if (scanner.text[scanner.at] !== ':') {
    throw unexpected(scanner, 'was expecting a colon to separate field name and value');
  }
  scanner.at += 1;
  skipSpace(scanner);
  if (scanner.at >= scanner.text.length) throw endBetween();
}

function endBetween(): SyntaxFinding {
  return new SyntaxFinding('Unexpected end-of-input within/between Object entries');
}

function scanString(scanner: Scanner, unclosed: string, role: string): void {
  scanner.at += 1;
  for (;;) {
    const character = scanner.text[scanner.at];
    if (character === undefined) throw new SyntaxFinding(`Unexpected end-of-input${unclosed}`);
    scanner.at += 1;
    if (character === '"') return;
    if (character === '\\') scanEscape(scanner);
    else if (character < ' ') throw unescaped(character, role);
  }
}

function scanEscape(scanner: Scanner): void {
  const character = scanner.text[scanner.at];
  if (character === undefined) {
    throw new SyntaxFinding('Unexpected end-of-input in character escape sequence');
  }
  scanner.at += 1;
  if (character === 'u') scanHex(scanner);
  else if (!'"\\/bfnrt'.includes(character)) {
    throw new SyntaxFinding(`Unrecognized character escape ${jacksonCharacter(character)}`);
  }
}

function scanHex(scanner: Scanner): void {
  for (let digit = 0; digit < 4; digit += 1) {
    const character = scanner.text[scanner.at];
    if (character === undefined) {
      throw new SyntaxFinding('Unexpected end-of-input in character escape sequence');
    }
    if (!/[\da-fA-F]/u.test(character)) {
      throw unexpected(scanner, 'expected a hex-digit for character escape sequence');
    }
    scanner.at += 1;
  }
}

function unescaped(character: string, role: string): SyntaxFinding {
  return new SyntaxFinding(
    `Illegal unquoted character (${jacksonCharacter(character)}): has to be escaped using backslash to be included in ${role}`,
  );
}

function scanScalar(scanner: Scanner, container: Container | undefined): void {
  const next = scanner.text[scanner.at];
  if (next === undefined) throw new SyntaxFinding('Unexpected end-of-input');
  if (next === '"') {
    scanString(scanner, ': was expecting closing quote for a string value', 'string value');
  } else if (/[-\d]/u.test(next)) scanNumber(scanner);
  else if (isNamePart(next)) scanToken(scanner);
  else if (next === '}' || (next === ']' && container !== 'Array')) {
    throw unexpected(scanner, 'expected a value');
  } else throw unexpected(scanner, `expected a valid value ${JACKSON_VALUES}`);
}

function scanToken(scanner: Scanner): void {
  const start = scanner.at;
  while (isNamePart(scanner.text[scanner.at])) scanner.at += 1;
  const token = scanner.text.slice(start, scanner.at);
  if (token === 'null' || token === 'true' || token === 'false') return;
  throw new SyntaxFinding(`Unrecognized token '${token}': was expecting ${JACKSON_VALUES}`);
}

function scanNumber(scanner: Scanner): void {
  const found = /-?\d*(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  found.lastIndex = scanner.at;
  const digits = found.exec(scanner.text)?.[0] ?? '';
  scanner.at += digits.length;
  if (/^-?0\d/u.test(digits)) {
    throw new SyntaxFinding('Invalid numeric value: Leading zeroes not allowed');
  }
  if (!/\d/u.test(digits)) {
    throw unexpected(scanner, 'expected digit (0-9) to follow minus sign, for valid numeric value');
  }
  if (scanner.text[scanner.at] === '.') {
    scanner.at += 1;
    throw unexpected(scanner, 'Decimal point not followed by a digit');
  }
  if (isNamePart(scanner.text[scanner.at])) {
    throw unexpected(scanner, 'Expected space separating root-level values');
  }
}

/** The next character is invalid; Jackson has read it when it reports the position. */
function unexpected(scanner: Scanner, expectation: string): SyntaxFinding {
  const character = scanner.text[scanner.at];
  if (character === undefined) return new SyntaxFinding('Unexpected end-of-input');
  scanner.at += 1;
  return new SyntaxFinding(`Unexpected character (${jacksonCharacter(character)}): ${expectation}`);
}

function isNamePart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}

function skipSpace(scanner: Scanner): void {
  const spaces = /[ \t\r\n]*/y;
  spaces.lastIndex = scanner.at;
  scanner.at += spaces.exec(scanner.text)?.[0].length ?? 0;
}
