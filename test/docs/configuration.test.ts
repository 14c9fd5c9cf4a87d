import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SETTING_NAMES } from '../../infra/settings.ts';

const page = readFileSync('docs/configuration.md', 'utf8');

/** What stands in code marks, values of settings left out. */
const named = new Set([...page.matchAll(/`([\w*]+)(?:=[^`]*)?`/g)].map(([, name]) => name));

it('lists every setting of a deployment', () => {
  expect(SETTING_NAMES.filter((name) => !named.has(name))).toEqual([]);
});

/** `process.env['NAME']`, and the options of commands that a variable sets: `.env('NAME')`. */
const READ = /(?:process\.env(?:\.|\[')|\.env\(\s*')([A-Z][A-Z_0-9]+)/g;

const FOLDERS = ['api', 'cli', 'definition', 'events', 'handlers', 'infra', 'local', 'workflows'];

it('lists every variable that the command, the runtime, the app and its functions read', () => {
  const sources = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(?:test|testing|cases)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  const read = sources.flatMap((source) => [...source.matchAll(READ)].map(([, name = '']) => name));

  expect(read).toContain('STEPMILL_PYTHON');
  const missing = [...new Set(read)].filter((name) => !named.has(name));
  expect(missing.toSorted()).toEqual([]);
});
