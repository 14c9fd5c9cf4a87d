import type { Json } from './json.ts';
import { readNumbersAsWritten } from './json-numbers.ts';

/**
 * The maximum nesting depth of a document: the limit of AWS's parser, Jackson. It also keeps every recursion
 * over a document within the call stack.
 * https://github.com/FasterXML/jackson-core/blob/2.18/src/main/java/com/fasterxml/jackson/core/StreamReadConstraints.java
 */
export const MAXIMUM_JSON_LEVELS = 1_000;

/** A document is nested too deeply, in Jackson's words. A caller that only checks for JSON sees a SyntaxError. */
export class JsonTooDeep extends SyntaxError {
  override readonly name = 'JsonTooDeep';

  /** @param access whether the document is read or written: Jackson has a limit for each */
  constructor(access: 'Read' | 'Write' = 'Read') {
    super(
      `Document nesting depth (${MAXIMUM_JSON_LEVELS + 1}) exceeds the maximum allowed (${MAXIMUM_JSON_LEVELS}, from \`Stream${access}Constraints.getMaxNestingDepth()\`)`,
    );
  }
}

/**
 * Parses a text of a client, a job or a function. All data is parsed here or by {@link parseDocument}, so that
 * later recursions over it, and the store, can rely on its depth.
 *
 * @throws JsonTooDeep beyond {@link MAXIMUM_JSON_LEVELS}
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string): Json {
  if (isTooDeep(text)) throw new JsonTooDeep();
  return JSON.parse(text) as Json;
}

/**
 * As {@link parseJson}, for a document that is passed on: its numbers keep their original spelling.
 *
 * @throws JsonTooDeep beyond {@link MAXIMUM_JSON_LEVELS}
 * @throws SyntaxError if the text is not JSON
 */
export function parseDocument(text: string): Json {
  if (isTooDeep(text)) throw new JsonTooDeep();
  return readNumbersAsWritten(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Whether lists and objects are nested deeper than the limit; the text need not be JSON. */
export function isTooDeep(text: string): boolean {
  // Most documents are too short to exceed the depth.
  if (text.length <= MAXIMUM_JSON_LEVELS) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAXIMUM_JSON_LEVELS) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

/** The index of the quote that ends the string starting at `start`; the last index if the string does not end. */
export function endOfText(text: string, start: number): number {
  for (let end = start + 1; ; end += 1) {
    end = text.indexOf('"', end);
    if (end === -1) return text.length;
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}
