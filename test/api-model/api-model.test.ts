import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparePythonPrograms } from '../python-programs.ts';

const run = promisify(execFile);

const MEMBER_LIMITS = 'local/services/stepfunctions/test-state/member-limits.json';

describe('the constraints generated from the API models', () => {
  let written: string;

  beforeAll(async () => {
    const programs = await preparePythonPrograms('test/api-model/requirements.txt');
    const { stdout } = await run(join(programs, 'python'), [
      '-c',
      'import botocore; print(botocore.__path__[0], end="")',
    ]);
    written = await mkdtemp(join(tmpdir(), 'stepmill-api-model-'));
    await run(process.execPath, ['test/api-model/write.mjs', join(stdout, 'data'), written]);
  });

  afterAll(() => rm(written, { recursive: true, force: true }));

  it('equal those of the pinned models, byte for byte', async () => {
    const names = (await readdir('local/cloud/api-model')).filter((name) => name.endsWith('.json'));
    const files = [...names.map((name) => join('local/cloud/api-model', name)), MEMBER_LIMITS];

    for (const file of files) {
      const [here, there] = await Promise.all([
        readFile(file, 'utf8'),
        readFile(join(written, file), 'utf8'),
      ]);
      expect(here === there, `${file} differs: run node test/api-model/write.mjs`).toBe(true);
    }
    expect(await readdir(join(written, 'local/cloud/api-model'))).toEqual(names);
  });
});
