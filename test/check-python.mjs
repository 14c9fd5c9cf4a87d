/**
 * Checks every tracked Python file: format and lint with Ruff, types with pyright. Both come from npm, so that the
 * result is the same on a machine without Python, or without the libraries that the scripts import.
 *
 *     node test/check-python.mjs [files]           reports problems, exit code 1 if there are any
 *     node test/check-python.mjs --write [files]   formats them, then reports the rest
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

const SETTINGS = {
  'line-length': 100,
  'target-version': 'py311',
  lint: {
    select: [
      ...['B', 'C4', 'E', 'F', 'I', 'PIE', 'RET', 'SIM', 'UP', 'W'],
      // Every module has a docstring; other docstrings are optional, but must be well-formed.
      ...['D100', 'D209', 'D210', 'D300', 'D403', 'D419'],
    ],
    // The formatter breaks lines; a text that it cannot break may be longer. `pass` with the reason in a
    // comment is more readable than a context manager that suppresses an error.
    ignore: ['B905', 'E501', 'SIM105'],
  },
};

const write = process.argv.includes('--write');
const named = process.argv.slice(2).filter((argument) => argument !== '--write');
const root = fileURLToPath(new URL('..', import.meta.url));
const patterns = named.length === 0 ? ['*.py'] : named;
const files = execFileSync('git', ['ls-files', '-z', ...patterns], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(resolve(root, file)));
if (files.length === 0) throw new Error('No Python file was found.');

const workspace = new Workspace(SETTINGS, PositionEncoding.Utf16);
const problems = files.flatMap((file) => [...checkFormat(file), ...checkLint(file)]);
for (const problem of problems) console.error(problem);
const types = checkTypes();
console.log(
  `Python: ${files.length} files checked, ${problems.length} problems of format and lint.`,
);
process.exitCode = problems.length === 0 && types === 0 ? 0 : 1;

function checkFormat(file) {
  const path = resolve(root, file);
  const source = readFileSync(path, 'utf8');
  const formatted = workspace.format(write ? sortImports(source) : source);
  if (formatted === source) return [];
  if (!write) return [`${file}: is not formatted; run node test/check-python.mjs --write`];
  writeFileSync(path, formatted);
  return [];
}

/** Ruff's own fix for imports that are out of order, the only one that is applied. */
function sortImports(source) {
  const edits = workspace
    .check(source)
    .filter(({ code, fix }) => code === 'I001' && fix !== null)
    .flatMap(({ fix }) => fix.edits);
  const lines = source.split('\n');
  const offset = ({ row, column }) =>
    lines.slice(0, row - 1).reduce((sum, line) => sum + line.length + 1, 0) + column - 1;
  return edits
    .toSorted((a, b) => offset(b.location) - offset(a.location))
    .reduce((text, { content, location, end_location: end }) => {
      return text.slice(0, offset(location)) + (content ?? '') + text.slice(offset(end));
    }, source);
}

function checkLint(file) {
  const source = readFileSync(resolve(root, file), 'utf8');
  return workspace.check(source).map(({ code, message, start_location: { row, column } }) => {
    return `${file}:${row}:${column}: ${code ?? 'syntax'} ${message}`;
  });
}

/** @returns pyright's exit code; its output is printed */
function checkTypes() {
  const pyright = createRequire(import.meta.url).resolve('pyright/index.js');
  const run = spawnSync(process.execPath, [pyright, '--project', root, '--warnings'], {
    cwd: root,
    stdio: 'inherit',
    // Prevents a check for a newer version of pyright. Without a PATH it finds no Python, whose packages it would read.
    env: { ...process.env, PATH: '', PYRIGHT_PYTHON_IGNORE_WARNINGS: '1' },
  });
  return run.status ?? 1;
}
