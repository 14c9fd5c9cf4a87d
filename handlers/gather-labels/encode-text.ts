import type { DatasetContract } from '../../events/index.ts';
import { WINDOWS_CHARACTERS } from '../inspect-dataset/byte-guard.ts';

/** How the text of a dataset becomes bytes. */
export interface TextEncoding {
  readonly canEncode: (text: string) => boolean;
  readonly encode: (text: string) => Buffer;
  /** What stands before the text. */
  readonly begin: string;
}

/** The encoding of a project's datasets. */
export function encoderOf(encoding: DatasetContract['encoding'] = 'utf-8'): TextEncoding {
  // Half of a surrogate pair is not a character in any encoding.
  if (encoding === 'utf-8') {
    return { canEncode: isWellFormed, encode: (text) => Buffer.from(text), begin: '' };
  }
  if (encoding === 'utf-16') {
    return {
      canEncode: isWellFormed,
      encode: (text) => Buffer.from(text, 'utf16le'),
      begin: '\uFEFF',
    };
  }
  const bytes = windowsBytes();
  return {
    canEncode: (text) => Array.from(text).every((character) => bytes.has(character)),
    encode: (text) => Buffer.from(Array.from(text, (character) => bytes.get(character) ?? 0x3f)),
    begin: '',
  };
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function windowsBytes(): ReadonlyMap<string, number> {
  const plain = Array.from({ length: 256 }, (_, byte): [string, number] => [
    String.fromCharCode(byte),
    byte,
  ]);
  const own = Array.from(WINDOWS_CHARACTERS, (character, index): [string, number] => [
    character,
    0x80 + index,
  ]);
  // Five bytes mean nothing; the table has spaces in their places.
  return new Map([
    ...plain.filter(([, byte]) => byte < 0x80 || byte > 0x9f),
    ...own.filter(([character]) => character !== ' '),
  ]);
}
