/**
 * The message parts of Jackson, AWS's JSON parser, which several services of AWS show to clients.
 *
 * @see https://github.com/FasterXML/jackson-core/blob/2.18/src/main/java/com/fasterxml/jackson/core/base/ParserMinimalBase.java
 */

/** How much of the text a message repeats. */
const SOURCE_EXCERPT_CHARACTERS = 500;

/** The values that Jackson expects where it finds something else. */
export const JACKSON_VALUES =
  "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** A character, with its code; control characters are not printed. */
export function jacksonCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 32 || (code > 126 && code < 160)) return `(CTRL-CHAR, code ${code})`;
  const hex = code > 255 ? ` / 0x${code.toString(16)}` : '';
  return `'${character}' (code ${code}${hex})`;
}

/** The source of an error: the beginning of the text, and the position in it. */
export function jacksonSource(text: string, line: number, column: number): string {
  const left = text.length - SOURCE_EXCERPT_CHARACTERS;
  const cut = left > 0 ? `[truncated ${left} chars]` : '';
  const excerpt = text.slice(0, SOURCE_EXCERPT_CHARACTERS);
  return `[Source: (String)"${excerpt}"${cut}; line: ${line}, column: ${column}]`;
}
