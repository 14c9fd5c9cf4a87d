import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { lockStateFolder, StateFolderInUse } from '../../local/index.ts';
import { refuseForeignFolder } from '../runtime/forget-state.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface ResetOptions {
  readonly state: string;
  readonly python?: boolean;
  readonly yes?: boolean;
}

export function addReset(program: Command, terminal: Terminal): void {
  program
    .command('reset')
    .description('Delete the local state: objects, executions, models. Nothing on AWS is touched.')
    .option('--state <folder>', 'where state is kept', '.stepmill')
    .option('--python', 'delete the Python environments, too')
    .option('-y, --yes', 'do not ask')
    .action((options: ResetOptions) => reset(options, terminal));
}

async function reset(options: ResetOptions, terminal: Terminal): Promise<void> {
  const { state } = options;
  if (!existsSync(state)) {
    terminal.print(`There is no state in ${state}.`);
    return;
  }
  refuseForeignFolder(state);
  // The state of a running runtime must not go from under its feet.
  const lock = lockForReset(state);
  try {
    if (options.yes !== true) await confirm(`Delete everything in ${state}?`);
    const kept = options.python === true ? ['lock'] : ['lock', 'python'];
    for (const entry of readdirSync(state)) {
      if (!kept.includes(entry)) rmSync(join(state, entry), { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
  terminal.print(`The state in ${state} is deleted.`);
}

function lockForReset(state: string) {
  try {
    return lockStateFolder(state);
  } catch (error) {
    if (!(error instanceof StateFolderInUse)) throw error;
    throw new UserError(
      `${state} is in use by the runtime of process ${error.pid}; nothing was deleted. Stop it first, with Ctrl-C.`,
    );
  }
}

/** Ctrl-C. */
function interruptedIsNo(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ABORT_ERR') throw error;
  return 'no';
}

async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UserError('Nothing was deleted: no terminal to ask at. Say --yes to delete.');
  }
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await readline
    .question(`${question} [y/N] `)
    .catch(interruptedIsNo)
    .finally(() => readline.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('Nothing was deleted.');
}
