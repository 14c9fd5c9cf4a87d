import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import type { Stage } from '../../cli/stories/stage.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';
import { writtenTerminal } from '../../cli/terminal/written-terminal.testing.ts';

/** Runs a command against the stage's runtime, and returns its output without colours. */
export async function runCommand(
  { endpoint }: Stage,
  add: (program: Command, terminal: Terminal) => void,
  ...words: readonly string[]
): Promise<string> {
  const terminal = writtenTerminal();
  const program = new Command().exitOverride();
  add(program, terminal);
  await program.parseAsync([...words, '--endpoint', endpoint], { from: 'user' });
  return stripVTControlCharacters(terminal.lines.join('\n'));
}
