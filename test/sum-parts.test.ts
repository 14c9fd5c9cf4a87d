import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-parts-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const whole = { numPassedTests: 3, numFailedTests: 0, testResults: [passed] };

/** Writes the files of a run with one step and two parts, with changes. */
async function leave(changes: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
  const files = {
    'check.status': '0\n',
    'unit.status': '0\n',
    'unit.json': JSON.stringify(whole),
    'system.status': '0\n',
    'system.json': JSON.stringify(whole),
    ...changes,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content !== undefined) await writeFile(join(folder, name), content);
  }
}

function sum(...more: readonly string[]): {
  readonly last: string | undefined;
  readonly output: string;
  readonly status: number | null;
} {
  const names = ['--step=check', '--part=unit', '--part=system', ...more];
  const { stdout, status } = spawnSync(process.execPath, ['test/sum-parts.mjs', folder, ...names], {
    encoding: 'utf8',
  });
  return { last: stdout.trimEnd().split('\n').at(-1), output: stdout, status };
}

it('sums the tests of all parts', async () => {
  await leave();

  expect(sum()).toMatchObject({ last: '6 passed, 0 failed', status: 0 });
});

it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
  ['a step that failed', { 'check.status': '1\n' }, '6 passed, 1 failed'],
  ['a step that did not run', { 'check.status': undefined }, '6 passed, 1 failed'],
  [
    'a test that failed',
    {
      'unit.status': '1\n',
      'unit.json': JSON.stringify({ ...whole, numPassedTests: 2, numFailedTests: 1 }),
    },
    '5 passed, 1 failed',
  ],
  [
    'a file that could not be loaded',
    {
      'unit.status': '1\n',
      'unit.json': JSON.stringify({
        ...whole,
        testResults: [passed, { status: 'failed', assertionResults: [] }],
      }),
    },
    '6 passed, 1 failed',
  ],
  ['an error outside of all tests', { 'unit.status': '1\n' }, '6 passed, 1 failed'],
  ['a missing report', { 'unit.json': undefined }, '3 passed, 1 failed'],
  ['a report that was cut off', { 'unit.json': '{"numPassedTests":3' }, '3 passed, 1 failed'],
  ['a report of another shape', { 'unit.json': '{"numPassedTests":3}' }, '3 passed, 1 failed'],
  [
    'a part without a test',
    { 'unit.json': JSON.stringify({ ...whole, numPassedTests: 0 }) },
    '3 passed, 1 failed',
  ],
])('counts %s as a failure', async (_what, changes, last) => {
  await leave(changes);

  expect(sum()).toMatchObject({ last, status: 1 });
});

it.each<[string, Readonly<Record<string, string>>, string, number]>([
  [
    'passed',
    { 'recorded.status': '0\n', 'recorded.json': JSON.stringify(whole) },
    '6 passed, 0 failed',
    0,
  ],
  ['was skipped', { 'recorded.status': '0\n' }, '6 passed, 0 failed', 0],
  [
    'failed',
    {
      'recorded.status': '1\n',
      'recorded.json': JSON.stringify({ ...whole, numFailedTests: 1 }),
    },
    '6 passed, 1 failed',
    1,
  ],
])('counts apart a part that %s', async (_what, changes, last, status) => {
  await leave(changes);

  expect(sum('--apart=recorded')).toMatchObject({ last, status });
});

it('fails if there are no files', () => {
  expect(sum()).toMatchObject({ last: '0 passed, 3 failed', status: 1 });
});

it('names each failed test, and each file that could not be loaded, with the message', async () => {
  const failed = {
    name: 'local/clock.test.ts',
    status: 'failed',
    assertionResults: [
      { status: 'failed', fullName: 'a clock ticks', failureMessages: ['expected 2 to be 1'] },
      { status: 'passed', fullName: 'a clock stops' },
    ],
  };
  const unloaded = {
    name: 'local/door.test.ts',
    status: 'failed',
    message: 'no module',
    assertionResults: [],
  };
  const report = { ...whole, numFailedTests: 1, testResults: [passed, failed, unloaded] };
  await leave({ 'unit.status': '1\n', 'unit.json': JSON.stringify(report) });

  const { output, last } = sum();

  expect(output).toContain(
    'failed in unit: local/clock.test.ts > a clock ticks\nexpected 2 to be 1\n',
  );
  expect(output).toContain('failed in unit: local/door.test.ts\nno module\n');
  expect(output).not.toContain('a clock stops');
  expect(last).toBe('6 passed, 2 failed');
});
