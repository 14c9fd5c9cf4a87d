/**
 * Characters that a terminal obeys or that change how the text around them is read: controls of ASCII and
 * of Latin-1 (ESC, BEL, CR, CSI), directions (a file name can read backwards), characters of no width,
 * line and paragraph separators, tags, halves of pairs.
 *
 * @see https://www.unicode.org/reports/tr36/
 */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A text of others as it may be shown: what a terminal, a log or a page would obey is spelled out, as
 * `\u{1b}`. Line breaks stay; a tab is a space.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(INVISIBLE, spelledOut);
}

/** Characters that Unicode keeps for a program's own use; ours marks styles with some. */
const PRIVATE_MARK = /[\ufdd0-\ufdef]/g;

/** As {@link visibleText}, for what is to be one line in our own style: it begins no other line and sets no style. */
export function visibleLine(text: string): string {
  return visibleText(text.trimEnd())
    .replaceAll(PRIVATE_MARK, spelledOut)
    .replaceAll('\n', String.raw`\n`);
}

/** The same for a line of JSON, which says the same when it is read. */
export function visibleJson(line: string): string {
  return line.replaceAll(INVISIBLE, escaped).replaceAll(PRIVATE_MARK, escaped);
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
