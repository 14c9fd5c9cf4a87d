import { DockerfileError } from './dockerfile-error.ts';
import type { Escape } from './escape.ts';
import { heredocMarks } from './heredoc.ts';
import type { Heredoc } from './instruction.ts';

/** An instruction with its continuation lines joined. */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
  readonly heredocs: readonly Heredoc[];
}

const COMMENT = /^\s*#/u;
const EMPTY = /^\s*$/u;

/**
 * Joins continuation lines, drops comments and empty lines, also between continuations, and reads heredocs.
 *
 * @throws DockerfileError for a heredoc without an end
 */
export function readLogicalLines(lines: readonly string[], escape: Escape): readonly LogicalLine[] {
  const found: LogicalLine[] = [];
  for (let next = 0; next < lines.length; ) {
    const joined = joinFrom(lines, next, escape);
    const line = next + 1;
    next = joined.next;
    if (joined.text === undefined) continue;
    const heredocs: Heredoc[] = [];
    for (const mark of heredocMarks(joined.text)) {
      const end = endOf(lines, next, mark);
      if (end === undefined) {
        throw new DockerfileError(line, `the heredoc <<${mark.name} has no line "${mark.name}"`);
      }
      const content = lines.slice(next, end).map((text) => `${text}\n`);
      heredocs.push({ ...mark, content: content.join('') });
      next = end + 1;
    }
    found.push({ text: joined.text, line, endLine: next, heredocs });
  }
  return found;
}

interface Joined {
  /** Undefined where the lines hold no instruction. */
  readonly text: string | undefined;
  /** The index of the first line after. */
  readonly next: number;
}

function joinFrom(lines: readonly string[], start: number, escape: Escape): Joined {
  const first = lines[start] ?? '';
  if (COMMENT.test(first) || EMPTY.test(first)) return { text: undefined, next: start + 1 };
  let piece = withoutContinuation(first.trimStart(), escape);
  let text = piece.text;
  let next = start + 1;
  while (piece.continues && next < lines.length) {
    const line = lines[next] ?? '';
    next += 1;
    if (COMMENT.test(line) || EMPTY.test(line)) continue;
    piece = withoutContinuation(line, escape);
    text += piece.text;
  }
  return { text: EMPTY.test(text) ? undefined : text, next };
}

/** An escape at the end of a line continues it, unless another one escapes it. */
function withoutContinuation(
  line: string,
  escape: Escape,
): { readonly text: string; readonly continues: boolean } {
  const end = line.replace(/[ \t]+$/, '');
  if (!end.endsWith(escape) || end.endsWith(escape + escape))
    return { text: line, continues: false };
  return { text: end.slice(0, -1), continues: true };
}

function endOf(
  lines: readonly string[],
  start: number,
  { name, chomp }: Omit<Heredoc, 'content'>,
): number | undefined {
  const index = lines.findIndex(
    (line, at) => at >= start && (chomp ? line.replace(/^\t+/, '') : line) === name,
  );
  return index === -1 ? undefined : index;
}
