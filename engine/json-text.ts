import type { Json } from './json.ts';
import { writeJson } from './json-numbers.ts';

const texts = new WeakMap<object, string>();

/** A document as JSON text; the text of a list or object is cached. */
export function jsonText(document: Json): string {
  if (typeof document !== 'object' || document === null) return JSON.stringify(document);
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text = writeJson(document);
  texts.set(document, text);
  return text;
}
