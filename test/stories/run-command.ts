import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import type { Stage } from '../../cli/stories/stage.ts';
import { type Terminal, terminalText } from '../../cli/terminal/terminal.ts';

/** Runs a command against the stage's runtime; returns what it printed, without colours. */
export async function runCommand(
  { endpoint }: Stage,
  add: (program: Command, terminal: Terminal) => void,
  ...words: readonly string[]
): Promise<string> {
  const lines: string[] = [];
  const program = new Command().exitOverride();
  add(program, {
    print: (line = '') => lines.push(line),
    note: (line) => lines.push(line),
    during: (_title, work) => work(() => undefined),
  });
  await program.parseAsync([...words, '--endpoint', endpoint], { from: 'user' });
  return stripVTControlCharacters(lines.map((line) => terminalText(line)).join('\n'));
}
