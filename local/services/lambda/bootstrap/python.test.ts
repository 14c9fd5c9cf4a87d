import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const BOOTSTRAP = fileURLToPath(new URL('python.py', import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-bootstrap-'));
  for (const [place, text] of [
    ['sdk/boto3/__init__.py', 'import botocore.session'],
    ['sdk/botocore/__init__.py', ''],
    ['sdk/botocore/session.py', ''],
    ['sdk/pandas/__init__.py', ''],
    ['own/six.py', 'whose = "own"'],
    ['sdk/six.py', 'whose = "sdk"'],
  ] as const) {
    const file = join(folder, place);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs code in an interpreter without packages, after the bootstrap has brought boto3. */
function run(code: string): string {
  const program = `
import importlib.util, sys
spec = importlib.util.spec_from_file_location("bootstrap", ${JSON.stringify(BOOTSTRAP)})
bootstrap = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bootstrap)
sys.path.insert(0, ${JSON.stringify(join(folder, 'own'))})
bootstrap.bring_sdk()
${code}`;
  return execFileSync('python3', ['-S', '-c', program], {
    env: { PATH: process.env['PATH'], STEPMILL_PYTHON_SDK: join(folder, 'sdk') },
    encoding: 'utf8',
  }).trim();
}

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
it('brings boto3 and what it needs where the interpreter has none', () => {
  expect(run('import boto3; print(boto3.__file__)')).toBe(
    join(folder, 'sdk', 'boto3', '__init__.py'),
  );
});

it('finds a package of the function first, and nothing else of the folder', () => {
  expect(run('import six; print(six.whose)')).toBe('own');
  expect(run('print(importlib.util.find_spec("pandas"))')).toBe('None');
});
