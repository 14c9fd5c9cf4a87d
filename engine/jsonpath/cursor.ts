/** The position of a parser in a text. The parsers of paths and of intrinsic functions advance it. */
export interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

/** Skips `token` if it is next. */
export function take(cursor: Cursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

/** Skips and returns the match of a sticky expression at the cursor. */
export function takePattern(cursor: Cursor, sticky: RegExp): string | undefined {
  sticky.lastIndex = cursor.at;
  const found = sticky.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

const SPACES = /\s+/y;
const SPACE = 0x20;
const LAST_ASCII = 0x7f;

export function skipSpaces(cursor: Cursor): void {
  // Most tokens have no white space before them, and a long text has many tokens.
  const code = cursor.text.charCodeAt(cursor.at);
  if (code > SPACE && code <= LAST_ASCII) return;
  takePattern(cursor, SPACES);
}

/** The text at the cursor, for an error message. */
export function describeNext(cursor: Cursor): string {
  const character = cursor.text[cursor.at];
  return character === undefined ? 'end of text' : `character '${character}'`;
}
