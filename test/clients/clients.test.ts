import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';
import { preparePythonPrograms } from '../python-programs.ts';

const run = promisify(execFile);
const folder = resolve('test/clients');

let runtime: Runtime;
let bin: string;

beforeAll(async () => {
  bin = await preparePythonPrograms(join(folder, 'requirements.txt'));
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
});

afterAll(() => runtime?.stop());

/** The output of a client's script, one line per check; a failed check has details. */
async function check(program: string, args: readonly string[]): Promise<readonly string[]> {
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: process.env['HOME'],
    AWS_ENDPOINT_URL: runtime.endpoint,
    AWS_CLI: join(bin, 'aws'),
  };
  const { stdout } = await run(program, args, { env }).catch((error: { stdout: string }) => error);
  return stdout.trim().split('\n');
}

it('works with boto3', async () => {
  const lines = await check(join(bin, 'python'), [join(folder, 'boto3_client.py')]);

  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
  expect(lines.length).toBeGreaterThanOrEqual(20);
});

/** Each of about eighty commands starts a Python interpreter. */
const CLI_TIMEOUT_MS = 600_000;

it('works with the AWS CLI', { timeout: CLI_TIMEOUT_MS }, async () => {
  const lines = await check('bash', [join(folder, 'aws-cli.sh')]);

  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
  expect(lines.length).toBeGreaterThanOrEqual(14);
});
