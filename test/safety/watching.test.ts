import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { removeFolder } from '../remove-folder.ts';
import { until } from '../slice/until.ts';
import { copyApp } from './app-copy.ts';
import { type Clients, clientsOf, StepmillProcess } from './stepmill-process.ts';

const PATIENCE_MS = 600_000;
const PROJECT = 'projects/abalone/project.ts';
const HANDLER = 'handlers/observer/index.ts';
const API = 'handlers/api/index.ts';
const SCRIPT = 'projects/tabular/python/train.py';
const MEMORY = '.stepmill/synthesized';

let folder: string;
let app: string;
let runtime: StepmillProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-watching-'));
  app = await copyApp(folder);
  for (const other of ['adherence', 'readmission', 'titanic']) {
    await removeFolder(join(app, 'projects', other));
  }
}, PATIENCE_MS);

afterEach(async () => {
  await runtime?.end('SIGKILL');
});

afterAll(() => removeFolder(folder));

async function start(): Promise<Clients> {
  runtime = new StepmillProcess(folder, ['start', '--port', '0'], { cwd: app });
  return clientsOf(await runtime.ready());
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const path = join(app, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

async function trainingOf({ states }: Clients, project: string): Promise<string | undefined> {
  const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
  const found = stateMachines.find(({ name }) => name === `${project}-training`);
  if (found === undefined) return undefined;
  const { stateMachineArn } = found;
  return (await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition;
}

function depthOf(definition = ''): string | undefined {
  return /max_depth\W+(\d+)/.exec(definition)?.[1];
}

async function observe({ lambda }: Clients, part = 'Observer'): Promise<string> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const found = Functions.find(({ FunctionName }) => FunctionName?.includes(part));
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: found?.FunctionName, Payload: '{}' }),
  );
  return Buffer.from(Payload ?? []).toString();
}

async function untilObserved(clients: Clients, answer: unknown, part?: string): Promise<void> {
  let last = '';
  await until(`the answer ${JSON.stringify(answer)}`, async () => {
    last = await observe(clients, part);
    return last === JSON.stringify(answer) ? true : undefined;
  }).catch((error: Error) => {
    throw new Error(`${error.message} Last answer: ${last}\n${runtime?.output}`);
  });
}

function isUpToDate(): boolean {
  return existsSync(join(app, MEMORY));
}

const answering = (text: string) => (handler: string) =>
  handler.replace('addProjectDimensions();', `return '${text}' as never;`);

const ROUTER = 'FunctionRouter';

/** Answers with facts of the projects that the console's stack gives it. */
const answeringFacts = (handler: string) =>
  handler.replace(
    'router ??=',
    `return readOptions().projects.map(({ project, training }) => [project, training.hyperparameters['max_depth']]);
  router ??=`,
  );

it('updates the running app when its files change', async () => {
  const clients = await start();
  const first = await trainingOf(clients, 'abalone');
  expect(first).toContain('max_depth');

  await edit(HANDLER, answering('edited'));
  await untilObserved(clients, 'edited');
  expect(await trainingOf(clients, 'abalone')).toBe(first);

  await edit(API, answeringFacts);
  await untilObserved(clients, [['abalone', 5]], ROUTER);

  await edit(SCRIPT, (text) => `${text}\n# edited\n`);
  const second = await until('the edited script', async () => {
    const definition = await trainingOf(clients, 'abalone');
    return definition === first ? undefined : definition;
  });
  const [archive = ''] = /[0-9a-f]{64}\.gz/.exec(second) ?? [];
  const assets = 'cdk-hnb659fds-assets-000000000000-us-east-1';
  const objects = await clients.s3.send(new ListObjectsV2Command({ Bucket: assets }));
  expect(objects.Contents?.map(({ Key }) => Key)).toContain(archive);

  // Both mistakes are named, and the app stays as it was.
  await edit(PROJECT, (text) => text.replace('max_depth: 5', 'max_depth: 7').concat('const = 1;'));
  await mkdir(join(app, 'projects/other'));
  await writeFile(join(app, 'projects/other/project.ts'), 'export const other = {};');
  await until('a message with both mistakes', async () =>
    /The projects have 2 mistakes.*abalone\/project\.ts:\d+:.*other\/project\.ts: exports no/s.test(
      runtime?.output ?? '',
    )
      ? true
      : undefined,
  );
  expect(await trainingOf(clients, 'abalone')).toBe(second);

  // A file that ends the process that synthesizes: the next change has another one.
  const fails = 'setTimeout(() => { throw new Error("thrown later"); });';
  await edit(PROJECT, (text) => text.replace('const = 1;', fails));
  await until('the end of the process', async () => {
    await edit(PROJECT, (text) => `${text}\n`);
    return runtime?.output.includes('thrown later') === true ? true : undefined;
  });

  await edit(PROJECT, (text) => text.replace(fails, ''));
  const project = await readFile(join(app, PROJECT), 'utf8');
  await writeFile(
    join(app, 'projects/other/project.ts'),
    project.replace("name: 'abalone'", "name: 'other'"),
  );
  const third = await until('the new project', () => trainingOf(clients, 'other'));
  expect(depthOf(third)).toBe('7');
  await untilObserved(
    clients,
    [
      ['abalone', 7],
      ['other', 7],
    ],
    ROUTER,
  );
  await edit(PROJECT, (text) => text.replace('max_depth: 7', 'max_depth: 9'));
  await untilObserved(
    clients,
    [
      ['abalone', 9],
      ['other', 7],
    ],
    ROUTER,
  );
  await until('the end of the update', async () => (isUpToDate() ? true : undefined));

  execFileSync('node_modules/.bin/cdk', ['synth', '--quiet', '--output', 'fresh.out'], {
    cwd: app,
    stdio: 'ignore',
  });
  for (const stack of ['abalone', 'other', 'console']) {
    const [live, fresh] = ['cdk.out', 'fresh.out'].map((folder) =>
      readFileSync(join(app, folder, `stepmill-dev-${stack}.template.json`), 'utf8'),
    );
    expect(live).toBe(fresh);
  }
}, 600_000);

it('is complete after a kill in the middle of an update', async () => {
  const former = await start();
  await until('the loaded app', async () => {
    await edit(HANDLER, (text) => text.replace(/'edited\d*'/, `'edited${Date.now()}'`));
    return (await observe(former)).startsWith('"edited1') ? true : undefined;
  });
  await edit(PROJECT, (text) => text.replace('max_depth: 9', 'max_depth: 8'));
  await edit(HANDLER, (text) => text.replace(/'edited\d*'/, "'after the kill'"));
  await until('the beginning of the update', async () => (isUpToDate() ? undefined : true));
  await runtime?.end('SIGKILL');

  const clients = await start();

  expect(depthOf(await trainingOf(clients, 'abalone'))).toBe('8');
  expect(await observe(clients)).toBe('"after the kill"');
}, 600_000);
