import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, installPackages, lend, sizeOf } from './packages.ts';

const LARGEST_BYTES = 150_000_000;

let consumer: Consumer;

beforeAll(async () => {
  consumer = await installPackages('stepmill');
});

afterAll(() => consumer.remove());

it('installs with its runtime dependencies, and without bundled packages', async () => {
  const modules = join(consumer.folder, 'node_modules');

  expect(await sizeOf(modules)).toBeLessThan(LARGEST_BYTES);
  expect(readdirSync(modules)).toEqual(expect.arrayContaining(['lmdb', 'pino', 'stepmill']));
  const unwanted = ['@aws-sdk', '@smithy', 'aws-cdk', 'aws-cdk-lib', 'esbuild', 'vega', 'zod'];
  expect(unwanted.filter((name) => existsSync(join(modules, name)))).toEqual([]);
});

it('has the licenses of bundled packages, and neither tests nor source maps', () => {
  const files = readdirSync(join(consumer.folder, 'node_modules/stepmill'), {
    recursive: true,
    encoding: 'utf8',
  });

  expect(files).toContain('dist/THIRD-PARTY-LICENSES.txt');
  expect(files.filter((file) => /\.map$|\.test\.ts$/.test(file))).toEqual([]);
});

it('has the console, built, with the licenses of its packages', async () => {
  const dist = join(consumer.folder, 'node_modules/stepmill/dist');
  const page = await readFile(join(dist, 'console/index.html'), 'utf8');
  const licenses = await readFile(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');

  const [, script = ''] = /<script [^>]*src="\/(assets\/[^"]+\.js)"/.exec(page) ?? [];
  expect(existsSync(join(dist, 'console', script))).toBe(true);
  expect(licenses).toContain('@cloudscape-design/components ');
  expect(licenses).toContain('react-dom ');
});

it('has types that need no other package', async () => {
  await lend(consumer, 'typescript', '@types/node', 'undici-types');
  await consumer.write(
    'use.mts',
    `import { startRuntime, type Runtime } from 'stepmill';
     import { parse } from 'stepmill/engine';
     import { execute } from 'stepmill/engine/testing';
     const runtime: Promise<Runtime> = startRuntime({ port: 0 });
     // @ts-expect-error: it has types and is not any
     const endpoint: number = (await runtime).endpoint;
     console.log(endpoint, parse, execute);`,
  );
  await consumer.write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, module: 'nodenext', types: ['node'] },
      files: ['use.mts'],
    }),
  );

  expect(await consumer.node('node_modules/typescript/bin/tsc')).toBe('');
});

function stepmill(...args: readonly string[]): Promise<string> {
  return consumer.node('node_modules/stepmill/dist/cli/main.js', ...args);
}

describe('the command', () => {
  it('lists its commands', async () => {
    expect(await stepmill('--help')).toContain('Run the app on this machine until interrupted.');
  });

  it('names the CDK CLI if it is missing when an app must be synthesized', async () => {
    await consumer.write('cdk.json', '{"app":"node app.js"}');

    expect(await stepmill('start', '--port', '0')).toContain(
      'npm install --save-dev aws-cdk@^2.1148.1',
    );
  });
});

describe('the runtime', () => {
  let program: ChildProcess;
  let endpoint: string;

  beforeAll(async () => {
    await consumer.write(
      'runtime.mjs',
      `import { silentLogger, startRuntime } from 'stepmill';
       const runtime = await startRuntime({ port: 0, ephemeral: true, logger: silentLogger });
       console.log(runtime.endpoint);`,
    );
    program = spawn(process.execPath, ['runtime.mjs'], {
      cwd: consumer.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(program.stdout ?? program, 'data');
    endpoint = String(line).trim();
  });

  afterAll(async () => {
    program.kill('SIGTERM');
    await once(program, 'exit');
  });

  const config = () => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  it('gives functions the SDK clients of its services, and the packages of the app', async () => {
    const folder = join(consumer.folder, 'node_modules/@aws-sdk/client-athena');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"main":"index.js"}');
    await writeFile(join(folder, 'index.js'), 'exports.AthenaClient = class AthenaClient {};');
    const lambda = new LambdaClient(config());
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'list-functions',
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: await createRole('lambda'),
        Timeout: 30,
        Code: {
          ZipFile: zipSync({
            'index.mjs': strToU8(`
              import { S3Client } from '@aws-sdk/client-s3';
              import { AthenaClient } from '@aws-sdk/client-athena';
              export const handler = async () => [S3Client.name, AthenaClient.name];`),
          }),
        },
      }),
    );

    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'list-functions' }));

    expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual(['S3Client', 'AthenaClient']);
  });

  it('supports the actions of the SDK integrations', async () => {
    const { diagnostics } = await new SFNClient(config()).send(
      new ValidateStateMachineDefinitionCommand({
        definition: JSON.stringify({
          StartAt: 'A',
          States: {
            A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:putObject', Next: 'B' },
            B: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:bakeObject', End: true },
          },
        }),
      }),
    );

    const resources = diagnostics?.filter(({ location }) => location?.endsWith('/Resource'));
    expect(resources?.map(({ location }) => location)).toEqual(['/States/B/Resource']);
  });

  async function createRole(service: string): Promise<string> {
    const { Role } = await new IAMClient(config()).send(
      new CreateRoleCommand({
        RoleName: `${service}-role`,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: `${service}.amazonaws.com` },
              Action: 'sts:AssumeRole',
            },
          ],
        }),
      }),
    );
    return Role?.Arn ?? '';
  }
});
