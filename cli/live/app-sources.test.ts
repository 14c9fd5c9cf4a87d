import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  changedSources,
  digestOfSources,
  isOfOneProjectOrHandler,
  readSources,
} from './app-sources.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-sources-'));
  write('cdk.json', '{}');
  write('projects/titanic/project.ts', 'titanic');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(file: string, text: string): void {
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

it('are the files of the app, without tests and outputs', () => {
  write('projects/titanic/python/train.py', '');
  for (const other of [
    'README.md',
    'cdk.out/manifest.json',
    'dist/infra/main.js',
    'projects/titanic/project.test.ts',
    'projects/titanic/python/__pycache__/train.pyc',
    'projects/titanic/python/.train.py.swp',
    'projects/titanic/python/train.py~',
  ]) {
    write(other, '');
  }

  const { files, folders } = readSources(undefined, folder);

  expect([...files.keys()].sort()).toEqual([
    'cdk.json',
    'projects/titanic/project.ts',
    'projects/titanic/python/train.py',
  ]);
  expect(folders).toEqual(['.', 'projects', 'projects/titanic', 'projects/titanic/python']);
});

it('change with their contents only', () => {
  const former = readSources(undefined, folder);
  utimesSync(join(folder, 'cdk.json'), 1, 1);
  const touched = readSources(former, folder);
  write('cdk.json', '{"context":{}}');
  write('handlers/observer/index.ts', '');
  rmSync(join(folder, 'projects'), { recursive: true });
  const current = readSources(touched, folder);

  expect(changedSources(former, touched)).toEqual([]);
  expect(digestOfSources(touched, [])).toBe(digestOfSources(former, []));
  expect(changedSources(former, current)).toEqual([
    'cdk.json',
    'handlers/observer/index.ts',
    'projects/titanic/project.ts',
  ]);
  expect(digestOfSources(current, [])).not.toBe(digestOfSources(former, []));
});

it.each([
  ['projects/titanic/project.ts', true],
  ['handlers/observer/index.ts', true],
  ['operations/training.ts', true],
  ['api/schemas/model.ts', true],
  ['api/routes/models.ts', false],
  ['api/rules/index.ts', false],
  ['handlers.ts', false],
  ['events/index.ts', false],
  ['cdk.json', false],
])('%s concerns one project or handler: %s', (path, expected) => {
  expect(isOfOneProjectOrHandler(path)).toBe(expected);
});
