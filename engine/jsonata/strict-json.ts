import { plainNumbers } from '../flow/plain-numbers.ts';
import type { Json } from '../json.ts';
import { parseDocument } from '../parse-json.ts';

/**
 * Parses a text for `$parse`: as `parseJson`, but refuses duplicate members of an object, and numbers too large
 * for a double. Measured on AWS: https://github.com/floci-io/floci/pull/2676.
 *
 * @throws SyntaxError
 */
export function parseStrictJson(text: string): Json {
  const value = plainNumbers(parseDocument(text));
  if (namesMemberTwice(text)) throw new SyntaxError('An object has a duplicate member');
  if (!isFinite(value)) throw new SyntaxError('A number is too large');
  return value;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gsu;

/** @param text valid JSON */
function namesMemberTwice(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let name: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') name = token;
    else if (name !== undefined) {
      const names = open.at(-1);
      const member = JSON.parse(name) as string;
      if (names?.has(member) === true) return true;
      names?.add(member);
    }
  }
  return false;
}

function isFinite(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}
