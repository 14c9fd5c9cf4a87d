import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Terminal } from '../terminal/terminal.ts';

/** Writes a generated file over the one before. */
export function writeWorkflow(file: string, text: string, terminal: Pick<Terminal, 'print'>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  terminal.print(
    `${file} is written. Commit it; generate it again when stepmill.config.ts changes.`,
  );
}
