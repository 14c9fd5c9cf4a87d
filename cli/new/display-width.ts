/** Characters that take two columns of a terminal: those of East Asia, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /\p{M}/u;

/** The width of a text in columns of a terminal. */
export function displayWidth(text: string): number {
  // Most texts are ASCII.
  // oxlint-disable-next-line no-control-regex -- the range of ASCII begins with control characters
  if (/^[\x00-\x7f]*$/.test(text)) return text.length;
  return Array.from(text).reduce((sum, character) => {
    if (WITHOUT_WIDTH.test(character)) return sum;
    return sum + (WIDE.test(character) ? 2 : 1);
  }, 0);
}

/** The text, cut to this number of columns. */
export function cutTo(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = '';
  let width = 0;
  for (const character of Array.from(text)) {
    width += displayWidth(character);
    if (width > columns - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** The text, filled up with spaces. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}
