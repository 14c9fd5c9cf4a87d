/**
 * Characters that control a terminal or change how the text around them reads: ASCII and Latin-1 control
 * characters (ESC, BEL, CR, CSI), direction marks (a file name can read backwards), zero-width characters,
 * line and paragraph separators, tags, lone surrogates; and noncharacters, some of which the command line uses to
 * mark styles.
 *
 * @see https://www.unicode.org/reports/tr36/
 */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufdd0-\ufdef]/gu;

/**
 * Makes a foreign text safe to print on a terminal, in a log or on a page: control characters are escaped, such
 * as `\u{1b}`. Line breaks stay; a tab becomes a space.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(INVISIBLE, spelledOut);
}

/** As {@link visibleText}, in one line: line breaks are escaped too. */
export function visibleLine(text: string): string {
  return visibleText(text.trimEnd()).replaceAll('\n', String.raw`\n`);
}

/** The same for a line of JSON, whose value does not change. */
export function visibleJson(line: string): string {
  return line.replaceAll(INVISIBLE, escaped);
}

/** The escape sequence of JSON. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}

function spelledOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
