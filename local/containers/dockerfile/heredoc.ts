import { expandWords } from './expand.ts';
import type { Heredoc } from './instruction.ts';
import { readJsonForm } from './json-form.ts';
import { splitInstruction } from './words.ts';

const MARK = /^(\d*)<<(-?)\s*([^<]*)$/s;
const NOTHING = new Map<string, string>();

/** The heredoc that a word such as `<<EOF` or `<<-"EOF"` announces; undefined for every other word. */
export function readHeredocMark(word: string): Omit<Heredoc, 'content'> | undefined {
  const [, , dash, rest = ''] = MARK.exec(word) ?? [];
  if (rest === '') return undefined;
  const [name, ...others] = expandWords(rest, NOTHING, { keepUnset: true });
  const [quoted = ''] = expandWords(rest, NOTHING, { keepUnset: true, keepQuotes: true });
  if (name === undefined || others.length > 0) return undefined;
  return { name, chomp: dash === '-', expand: countQuotes(name) === countQuotes(quoted) };
}

/** The heredocs that an instruction announces, in order. */
export function heredocMarks(instruction: string): readonly Omit<Heredoc, 'content'>[] {
  if (!instruction.includes('<<') || !takesHeredocs(instruction)) return [];
  return wordsOf(instruction).flatMap((word) => readHeredocMark(word) ?? []);
}

/** A shell with unbalanced quotes is the shell's business: then there are no heredocs. */
function wordsOf(instruction: string): readonly string[] {
  try {
    return expandWords(instruction, NOTHING, {
      keepUnset: true,
      keepQuotes: true,
      keepEscapes: true,
    });
  } catch {
    return [];
  }
}

function takesHeredocs(instruction: string): boolean {
  const { name, rest } = splitInstruction(instruction, '\\');
  const kind = name.toUpperCase();
  if (kind === 'ONBUILD') return takesHeredocs(rest);
  return ['ADD', 'COPY', 'RUN'].includes(kind) && !isJson(rest);
}

function isJson(text: string): boolean {
  try {
    return readJsonForm(text) !== undefined;
  } catch {
    return false;
  }
}

function countQuotes(text: string): number {
  return text.replaceAll(/[^'"]/g, '').length;
}
