import type { Escape } from './escape.ts';

const SPACE = /\s/u;

/** Words between spaces; quotes and escapes stay in them, and spaces within quotes do not end a word. */
export function splitWords(text: string, escape: Escape): readonly string[] {
  const words: string[] = [];
  const characters = Array.from(text);
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (quote === '' && SPACE.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    if (character === escape && quote !== "'") {
      // An escape at the end of the text escapes nothing.
      if (at + 1 === characters.length) break;
      at += 1;
      word += character + (characters[at] ?? '');
      continue;
    }
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    word += character;
  }
  if (word !== undefined && word !== '') words.push(word);
  return words;
}

/** Words between spaces and tabs, with any other characters in them. */
export function splitAtSpaces(text: string): readonly string[] {
  return text === '' ? [] : text.split(/[\t\v\f\r ]+/);
}

/** An instruction in its parts. */
export interface SplitInstruction {
  /** As written. */
  readonly name: string;
  /** The words that start with `--`, without quotes. */
  readonly flags: readonly string[];
  readonly rest: string;
}

/** Splits an instruction into its name, its flags and the rest; `--` alone ends the flags. */
export function splitInstruction(text: string, escape: Escape): SplitInstruction {
  const [, name = '', after = ''] = /^(\S*)[\t\v\f\r ]*(.*)$/su.exec(text.trim()) ?? [];
  const flags: string[] = [];
  let rest = after.trimStart();
  while (rest.startsWith('--')) {
    const { flag, length } = readFlag(rest, escape);
    rest = rest.slice(length).trimStart();
    if (flag === '--') break;
    flags.push(flag);
  }
  return { name, flags, rest: rest.trim() };
}

/** One flag at the start of the text, which may be quoted in part. */
function readFlag(
  text: string,
  escape: Escape,
): { readonly flag: string; readonly length: number } {
  let flag = '';
  let quote = '';
  let at = 0;
  for (; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote === '' && SPACE.test(character)) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === escape) {
      at += 1;
      flag += text[at] ?? '';
    } else flag += character;
  }
  return { flag, length: at };
}
