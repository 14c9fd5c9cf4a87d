import { type Terminal, terminalText } from './terminal.ts';

/** A terminal that keeps the lines it was given. */
export function writtenTerminal(): Terminal & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (line = '') => void lines.push(terminalText(line));
  return {
    lines,
    print: write,
    note: write,
    live: () => ({ update: () => undefined, end: () => undefined }),
    during: (_title, work) => work(() => undefined),
  };
}
