import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';

it('leaves nothing behind when the process ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-temporary-'));
  const source = readFileSync(resolve('infra/temporary-folder.ts'), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' });
  const program = `${code}
    console.log(makeTemporaryFolder('one'));
    console.log(makeTemporaryFolder('two'));`;
  try {
    const made = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env, TMPDIR: folder },
      encoding: 'utf8',
    });

    expect(made.trim().split('\n')).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
