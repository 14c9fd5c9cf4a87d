import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Asker } from '../terminal/ask.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { type NewOptions, newProject } from './new-project.ts';

/** The result of "stepmill new". */
export interface MadeProject {
  /** The text of `project.ts`. */
  readonly text: string;
  /** The argument of `defineProject`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What was printed. */
  readonly lines: readonly string[];
}

/** The folder of an app without anything else. */
export interface TestApp {
  readonly folder: string;
  /** Writes a file there, and gives its path. */
  file(name: string, content: string | Buffer): string;
  make(file: string, options: NewOptions, typed?: readonly string[]): Promise<MadeProject>;
  remove(): void;
}

export function createTestApp(): TestApp {
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-new-'));
  mkdirSync(join(folder, 'definition'));
  writeFileSync(join(folder, 'definition', 'index.ts'), '');
  return {
    folder,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    async make(file, options, typed) {
      const terminal = writtenTerminal();
      const asker = scriptedAsker(typed);
      await newProject(
        file,
        { name: 'made', force: true, ...options },
        { folder, terminal, asker, width: 120 },
      );
      const name = options.name ?? 'made';
      const path = join(folder, 'projects', name, 'project.ts');
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      return { text, input: evaluate(text), lines: terminal.lines.map(stripVTControlCharacters) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The lines that a person types; without them, stdin is not a terminal. */
function scriptedAsker(typed: readonly string[] | undefined): Asker {
  const left = [...(typed ?? [])];
  const next = () => left.shift() ?? '';
  return {
    isThere: typed !== undefined,
    text: async (_question, suggestion) => next() || suggestion,
    yes: async (_question, suggestion) => {
      const answer = next();
      return answer === '' ? suggestion : answer === 'y';
    },
  };
}

function evaluate(text: string): MadeProject['input'] {
  const body = text
    .replace(/^import .*$/m, '')
    .replace(/export const \w+ = defineProject\(/, 'return (');
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is a module, and what it defines is compared
  return new Function(body)() as MadeProject['input'];
}
