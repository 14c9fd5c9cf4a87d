import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { visibleText } from '../../local/index.ts';
import { Interrupted } from './interruption.ts';
import { isLive, LiveLine, type LivePart } from './live-line.ts';

export type { LivePart } from './live-line.ts';

/** Where a command writes for people. Answers go to standard output, progress to standard error. */
export interface Terminal {
  /** An answer: one line on standard output. */
  print(line?: string): void;
  /** News while something runs: one line on standard error. */
  note(line: string): void;
  /** Opens a part of the last line, which is replaced in place; no terminal, no line. */
  live(text: string): LivePart;
  /** Shows that `title` is under way until the work ends; a failure is shown and rethrown. */
  during<Result>(
    title: string,
    work: (update: (title: string) => void) => Promise<Result>,
  ): Promise<Result>;
}

export function createTerminal(): Terminal {
  // Whoever reads the answers may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  const line = new LiveLine(process.stderr);
  const note = (text: string) => line.above(() => process.stderr.write(`${shown(text)}\n`));
  const live = (text: string): LivePart => {
    const part = line.open(plain(text));
    return { update: (next) => part.update(plain(next)), end: () => part.end() };
  };
  return {
    print: (text = '') =>
      line.above(() => process.stdout.write(`${terminalText(text, hasColours(process.stdout))}\n`)),
    note,
    live,
    async during(title, work) {
      const startedAt = performance.now();
      if (!isLive(process.stderr)) note(`- ${title}`);
      const part = live(title);
      const end = (symbol: string) => {
        part.end();
        note(`${symbol} ${title} ${dim(seconds(performance.now() - startedAt))}`);
      };
      try {
        const result = await work((text) => part.update(text));
        end(green('✓'));
        return result;
      } catch (error) {
        end(error instanceof Interrupted ? yellow('–') : red('✗'));
        throw error;
      }
    },
  };
}

/** A line as standard error shows it. */
function shown(text: string): string {
  return terminalText(text, hasColours(process.stderr));
}

/** A text without styles, for the line that is cut to the terminal's width. */
function plain(text: string): string {
  return terminalText(text, false);
}

/** `1.2 s`, `3 min 5 s`. */
export function seconds(durationMs: number): string {
  const total = durationMs / 1_000;
  if (total < 60) return `${total.toFixed(1)} s`;
  return `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}

/**
 * Styles are marked by characters that Unicode keeps for a program's own use, and become escape sequences
 * when a line is written: so every other control character in it came from outside. Each mark ends in a
 * key of this process, so that the same characters in a text of others are not taken for marks.
 */
const STYLES = ['bold', 'dim', 'green', 'red', 'yellow'] as const;
type Style = (typeof STYLES)[number];

const FIRST_MARK = 0xfdd0;
const FIRST_KEY = 0xfde0;
const KEY = [...randomBytes(16)]
  .map((byte) => String.fromCharCode(FIRST_KEY + (byte % 16)))
  .join('');
const END_MARK = `${String.fromCharCode(FIRST_MARK + STYLES.length)}${KEY}`;
const MARK = new RegExp(`([\\ufdd0-\\ufdd5])${KEY}`);

const styled = (style: Style) => (text: string) =>
  `${String.fromCharCode(FIRST_MARK + STYLES.indexOf(style))}${KEY}${text}${END_MARK}`;

export const bold = styled('bold');
export const dim = styled('dim');
export const green = styled('green');
export const red = styled('red');
export const yellow = styled('yellow');

/**
 * Whether styles are written to a stream: to a terminal that is not `dumb`, unless NO_COLOR is set, and
 * wherever FORCE_COLOR asks for them.
 *
 * @see https://no-color.org
 */
export function hasColours(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = environment;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (refused !== undefined && refused !== '') return false;
  return terminal !== 'dumb' && stream.isTTY === true;
}

/** A line as it goes to the terminal: our styles as escape sequences, what others wrote spelled out. */
export function terminalText(line: string, coloured = true): string {
  const open: Style[] = [];
  // The text between the marks, and each mark's first character.
  const pieces = line.split(MARK).map((piece, index) => {
    if (index % 2 === 0) return visibleText(piece);
    const style = STYLES[piece.charCodeAt(0) - FIRST_MARK];
    if (style !== undefined) {
      open.push(style);
      return coloured ? sequence(style) : '';
    }
    return open.pop() === undefined || !coloured
      ? ''
      : `${sequence('reset')}${open.map(sequence).join('')}`;
  });
  const text = pieces.join('');
  return open.length === 0 || !coloured ? text : `${text}${sequence('reset')}`;
}

function sequence(style: Style | 'reset'): string {
  return `\u001b[${inspect.colors[style]?.[0]}m`;
}
