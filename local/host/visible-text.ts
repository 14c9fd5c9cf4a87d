/**
 * Characters that a terminal obeys or that change how the text around them is read: controls of ASCII and
 * of Latin-1 (ESC, BEL, CR, CSI), directions (a file name can read backwards), characters of no width,
 * line and paragraph separators, tags, halves of pairs; and those that Unicode keeps for a program's own
 * use, with some of which ours marks styles.
 *
 * @see https://www.unicode.org/reports/tr36/
 */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufdd0-\ufdef]/gu;

/**
 * A text of others as it may be shown: what a terminal, a log or a page would obey is spelled out, as
 * `\u{1b}`. Line breaks stay; a tab is a space.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(INVISIBLE, spelledOut);
}

/** As {@link visibleText}, for what is to be one line in our own style: it begins no other line. */
export function visibleLine(text: string): string {
  return visibleText(text.trimEnd()).replaceAll('\n', String.raw`\n`);
}

/** The same for a line of JSON, which says the same when it is read. */
export function visibleJson(line: string): string {
  return line.replaceAll(INVISIBLE, escaped);
}

/** As JSON escapes it. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}

function spelledOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
