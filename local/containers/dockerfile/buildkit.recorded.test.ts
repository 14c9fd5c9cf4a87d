import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findFurtherData } from '../../../test/further-data.ts';
import { readDirectives } from './directives.ts';
import type { Escape } from './escape.ts';
import { expandWord, expandWords } from './expand.ts';
import { readJsonForm } from './json-form.ts';
import { type LogicalLine, readLogicalLines } from './logical-lines.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { splitAtSpaces, splitInstruction, splitWords } from './words.ts';

/**
 * The cases of BuildKit's own parser: Dockerfiles with its dump of what it reads in them, words to expand, and
 * Dockerfiles that it refuses. https://github.com/moby/buildkit/tree/master/frontend/dockerfile/parser
 */
const cases = findFurtherData('buildkit/');

const read = (path: string) => readFileSync(new URL(path, cases), 'utf8');
const list = (path: string) => (cases === undefined ? [] : readdirSync(new URL(path, cases)));

describe.skipIf(cases === undefined)("BuildKit's cases (skipped without them)", () => {
  it.each(list('testfiles'))('reads %s as BuildKit does', (name) => {
    const lines = read(`testfiles/${name}/Dockerfile`).split(/\r?\n/);
    const { escape } = readDirectives(lines);

    const dumps = readLogicalLines(lines, escape).map((line) => dump(line, escape));

    expect(dumps.join('\n')).toBe(read(`testfiles/${name}/result`).trimEnd());
  });

  it.each(list('testfiles-negative'))('refuses %s', (name) => {
    expect(() => parseDockerfile(read(`testfiles-negative/${name}/Dockerfile`))).toThrow(
      /^Dockerfile line \d+: /,
    );
  });

  it('expands words as BuildKit does', () => {
    const variables = new Map([
      ['PWD', '/home'],
      ['SHELL', 'bash'],
      ['KOREAN', '한국어'],
      ['NULL', ''],
    ]);
    const table = readTable('envVarTest').filter(([platforms]) => platforms !== 'W');

    const results = table.map(([, word = '']) => attempt(() => expandWord(word, variables)));

    expect(results).toEqual(table.map(([, , expected]) => expected));
    expect(table.length).toBeGreaterThan(200);
  });

  it('splits words as BuildKit does', () => {
    const variables = new Map<string, string>();
    const results: (readonly [string, string])[] = [];
    for (const line of linesOf('wordsTest')) {
      if (line.startsWith('ENV ')) {
        const [name = '', ...value] = line.slice('ENV '.length).split('=');
        variables.set(name, value.join('='));
        continue;
      }
      const [word = '', expected = ''] = line.split('|');
      const words = attempt(() => expandWords(word.replace(/ $/, ''), variables).join(','));
      results.push([words.trimEnd(), expected.replace(/^ /, '').trimEnd()]);
    }

    expect(results.map(([words]) => words)).toEqual(results.map(([, expected]) => expected));
    expect(results.length).toBeGreaterThan(20);
  });
});

function linesOf(path: string): readonly string[] {
  return read(path)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function readTable(path: string): readonly (readonly string[])[] {
  return linesOf(path).map((line) => {
    const [platforms = '', word = '', expected = ''] = line.split('|');
    return [platforms.trim(), word.trim(), expected.trim()];
  });
}

function attempt(run: () => string): string {
  try {
    return run();
  } catch {
    return 'error';
  }
}

/** The form in which BuildKit prints an instruction. */
function dump(line: Pick<LogicalLine, 'text'>, escape: Escape): string {
  const { flags, name, rest } = splitInstruction(line.text, escape);
  const kind = name.toLowerCase();
  const shownFlags = flags.length === 0 ? '' : ` [${flags.map(quoted).join(' ')}]`;
  if (kind === 'onbuild') return `(${kind}${shownFlags} ${dump({ text: rest }, escape)})`;
  const words = wordsOf(kind, rest, escape).map((word) => ` ${quoted(word)}`);
  return `(${kind}${shownFlags}${words.join('')})`;
}

function wordsOf(kind: string, rest: string, escape: Escape): readonly string[] {
  const text = rest === '' ? [] : [rest];
  switch (kind) {
    case 'env':
    case 'label':
      return assignmentsOf(rest, escape);
    case 'arg':
      return splitWords(rest, escape);
    case 'add':
    case 'copy':
    case 'volume':
      return readJsonForm(rest) ?? splitAtSpaces(rest);
    case 'expose':
    case 'from':
      return splitAtSpaces(rest);
    case 'healthcheck': {
      const [, type = '', command = ''] = /^(\S*)\s*(.*)$/su.exec(rest) ?? [];
      const words = readJsonForm(command) ?? (command === '' ? [] : [command]);
      return type === '' ? [] : [type, ...words];
    }
    case 'cmd':
    case 'entrypoint':
    case 'run':
    case 'shell':
      return readJsonForm(rest) ?? text;
    default:
      return text;
  }
}

function assignmentsOf(rest: string, escape: Escape): readonly string[] {
  const { stages } = parseDockerfile(`#escape=${escape}\nFROM a\nENV ${rest}`);
  const [env] = stages[0]?.instructions ?? [];
  if (env?.kind !== 'ENV') throw new Error('not ENV');
  const separator = splitWords(rest, escape)[0]?.includes('=') === true ? '=' : '';
  return env.variables.flatMap(({ name, value }) => [name, value, separator]);
}

/** As Go's `strconv.Quote`. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\\u0000', '\\x00');
}
