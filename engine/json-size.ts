import type { Json } from './json.ts';
import { NumberAsWritten } from './number-as-written.ts';
import { JsonTooDeep, MAXIMUM_JSON_LEVELS } from './parse-json.ts';

/** `bytes * HEIGHTS + height` */
const known = new WeakMap<object, number>();

/** The height of the document of the last `measure` call: 0 for a scalar, 1 for `[]`. */
let height = 0;

/**
 * The size of a document as UTF-8 JSON, in bytes. The size of a list or object is cached.
 *
 * @param most measuring stops beyond this size; the result is then any larger number
 * @throws JsonTooDeep for a document that is nested deeper than the limit
 */
export function jsonBytes(document: Json, most = Number.POSITIVE_INFINITY): number {
  return measure(document, 0, most);
}

/** @param depth the number of lists and objects around it */
function measure(document: Json, depth: number, most: number): number {
  if (typeof document !== 'object' || document === null) {
    height = 0;
    return scalarBytes(document);
  }
  const remembered = known.get(document);
  if (remembered !== undefined) {
    height = remembered % HEIGHTS;
    if (depth + height > MAXIMUM_JSON_LEVELS) throw new JsonTooDeep('Write');
    return Math.floor(remembered / HEIGHTS);
  }
  if (document instanceof NumberAsWritten) {
    height = 0;
    return document.text.length;
  }
  if (depth >= MAXIMUM_JSON_LEVELS) throw new JsonTooDeep('Write');
  let bytes = 2;
  let highest = 0;
  if (Array.isArray(document)) {
    const items = document as readonly Json[];
    bytes += Math.max(0, items.length - 1);
    for (const item of items) {
      bytes += measure(item, depth + 1, most - bytes);
      if (bytes > most) return bytes;
      if (height > highest) highest = height;
    }
  } else {
    let members = 0;
    for (const [key, value] of Object.entries(document)) {
      members += 1;
      bytes += textBytes(key) + 1;
      bytes += measure(value, depth + 1, most - bytes);
      if (bytes > most) return bytes;
      if (height > highest) highest = height;
    }
    bytes += Math.max(0, members - 1);
  }
  height = highest + 1;
  if (bytes > 256) known.set(document, bytes * HEIGHTS + height);
  return bytes;
}

/** More than the maximum height; small enough that the cached value of a payload is a small integer. */
const HEIGHTS = 2_048;

function scalarBytes(value: Json): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value === 'number')
    return Number.isInteger(value) && value < 1000 && value >= 0
      ? digits(value)
      : String(value).length;
  return value === false ? 5 : 4;
}

function digits(value: number): number {
  if (value < 10) return 1;
  return value < 100 ? 2 : 3;
}

/** The bytes of a string literal, with quotes, escapes and UTF-8. */
function textBytes(text: string): number {
  let bytes = 2 + text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) bytes += beyondAscii(code);
    else if (code < 0x20) bytes += [8, 9, 10, 12, 13].includes(code) ? 1 : 5;
    else if (code === 0x22 || code === 0x5c) bytes += 1;
  }
  return bytes;
}

/** Each half of a surrogate pair counts two bytes, any other character above U+07FF three. */
function beyondAscii(code: number): number {
  if (code < 0x800) return 1;
  return code >= 0xd800 && code <= 0xdfff ? 1 : 2;
}
