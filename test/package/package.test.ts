import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const CACHE = 'node_modules/.cache';

/** A project that has the package and nothing else of ours. */
let consumer: string;

beforeAll(async () => {
  await run(process.execPath, ['build.mjs']);
  await run('npm', ['run', 'build:types']);
  await mkdir(CACHE, { recursive: true });
  consumer = await mkdtemp(join(CACHE, 'consumer-'));
  await mkdir(join(consumer, 'node_modules'));
  await symlink(resolve('.'), join(consumer, 'node_modules', 'stepmill'));
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }));
});

afterAll(() => rm(consumer, { recursive: true, force: true }));

/** What the examples of the engine's README leave to the reader. */
const given = `
import type { Machine, Json } from 'stepmill/engine';
declare const definition: string;
declare const machine: Machine;
declare const order: Json;
declare function charge(args: Json): Promise<Json>;
`;

async function readExamples(): Promise<readonly string[]> {
  const text = await readFile('engine/README.md', 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
}

/** A file of its own for each example; what an example declares is not given. */
async function writeExample(code: string, index: number): Promise<string> {
  const declared = given
    .split('\n')
    .filter((line) => !/declare const (\w+)/.test(line) || !code.includes(`{ ${nameIn(line)}`));
  const file = `example-${index}.ts`;
  await writeFile(join(consumer, file), `${declared.join('\n')}\n${code}`);
  return file;
}

function nameIn(line: string): string {
  return /declare const (\w+)/.exec(line)?.[1] ?? '';
}

it('has types with which every example of the engine compiles', async () => {
  const files = await Promise.all((await readExamples()).map(writeExample));
  await writeFile(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
      },
      files,
    }),
  );

  const { stdout } = await run(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '--project',
    consumer,
  ]).catch((error: { stdout: string }) => error);

  expect(files.length).toBeGreaterThan(3);
  expect(stdout).toBe('');
});

it('runs a definition on a host with nothing but setTimeout', async () => {
  const host = (await readExamples()).find((code) => code.includes('const host: Host'));
  const definition = {
    StartAt: 'Charge',
    States: {
      Charge: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'charge', 'Payload.$': '$' },
        Next: 'Rest',
      },
      Rest: { Type: 'Wait', Seconds: 0, End: true },
    },
  };
  const file = join(consumer, 'host.mjs');
  const prelude = `const definition = ${JSON.stringify(JSON.stringify(definition))};
    const charge = (order) => new Promise((resolve) => setTimeout(resolve, 20, order));\n`;
  const { transform } = await import('esbuild');
  await writeFile(file, (await transform(`${prelude}${host ?? ''}`, { loader: 'ts' })).code);

  const { stdout } = await run(process.execPath, [file], { timeout: 60_000 });

  expect(stdout).toBe('SUCCEEDED\n');
});

it('ships what its exports name, and no tests', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const { exports } = JSON.parse(await readFile('package.json', 'utf8')) as {
    exports: Record<string, string | Record<string, string>>;
  };
  const named = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );

  expect(paths).toEqual(expect.arrayContaining(named.map((target) => target.replace('./', ''))));
  // Read at a service's first call, from beside the sources.
  expect(paths).toContain('local/cloud/api-model/sagemaker-runtime.json');
  expect(paths.filter((path) => path.endsWith('.test.ts'))).toEqual([]);
});
