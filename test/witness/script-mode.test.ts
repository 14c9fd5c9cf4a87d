import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { create, extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStack, readDefinition } from '../../infra/testing/project-stack.ts';
import { preparePythonEnvironment } from '../../local/index.ts';
import { abalone, generateAbaloneSample, type Project } from '../../projects/index.ts';
import { preparePythonPrograms } from '../python-programs.ts';

/**
 * Witness: AWS's own toolkit for containers, sagemaker-containers from PyPI, which the XGBoost and the
 * scikit-learn image start. It installs the project's scripts with pip at every start; here no package
 * index can be reached, as in subnets without internet. Settings come from the synthesized definitions.
 */

const CODE = resolve('projects/abalone/python');
const DRIVER = resolve('test/witness/framework_container.py');
/** Nothing listens there. */
const NO_INDEX = 'http://127.0.0.1:9/simple';
const START_PATIENCE_MS = 60_000;

interface Container {
  readonly ContainerHostname: string;
  readonly Environment: Readonly<Record<string, string>>;
}

interface Settings {
  readonly training: {
    readonly HyperParameters: Readonly<Record<string, string>>;
    readonly Environment?: Readonly<Record<string, string>>;
    readonly InputDataConfig: readonly { readonly ChannelName: string }[];
  };
  readonly containers: readonly Container[];
}

const singleContainer: Project = {
  ...abalone,
  registry: { ...abalone.registry, packaging: 'single-container' },
};

let folder: string;
let programs: string;
let prepared: string;
let row: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-witness-'));
  programs = await preparePythonPrograms(resolve('test/witness/requirements.txt'));
  const { interpreter } = await preparePythonEnvironment({ folder: '.stepmill/python' });
  prepared = prepare(interpreter);
  row = (readFileSync(join(prepared, 'test/test.csv'), 'utf8').split('\n')[0] ?? '')
    .split(',')
    .slice(0, -1)
    .join(',');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first step, by the project's own script. */
function prepare(interpreter: string): string {
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'abalone.csv'), generateAbaloneSample(4));
  const { columns, label, header, delimiter: separator } = abalone.dataset;
  const manifest = join(folder, 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ columns, label, header, delimiter: separator }));
  const output = join(folder, 'prepared');
  const done = spawnSync(
    interpreter,
    ['-m', 'preprocess', '--manifest', manifest, '--data', data, '--output', output],
    { cwd: CODE, encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
  );
  if (done.status !== 0) throw new Error(done.stderr);
  return output;
}

/** What the workflow sends to SageMaker. */
function settingsOf(project: Project): Settings {
  const definition: unknown = JSON.parse(readDefinition(createStack(project).stack, 'Training'));
  const { Arguments: training } = stateOf(definition, 'Train model');
  const { Arguments: registration } = stateOf(definition, 'Register model');
  return {
    training: training as Settings['training'],
    containers: (registration as { InferenceSpecification: { Containers: readonly Container[] } })
      .InferenceSpecification.Containers,
  };
}

function stateOf(definition: unknown, name: string): { readonly Arguments: unknown } {
  const found = findState(definition, name);
  if (found === undefined) throw new Error(`no state ${name}`);
  return found as { readonly Arguments: unknown };
}

function findState(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const own = (value as Record<string, unknown>)[name];
  if (own !== undefined) return own;
  for (const child of Object.values(value)) {
    const found = findState(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A container's own folders: what pip installs in one is not there for another. */
function containerEnvironment(root: string): Record<string, string> {
  const site = join(root, 'site');
  mkdirSync(site, { recursive: true });
  return {
    PATH: [programs, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: root,
    PYTHONPATH: [site, resolve('test/witness')].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PIP_TARGET: site,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_INDEX_URL: NO_INDEX,
    PIP_RETRIES: '0',
    PIP_NO_CACHE_DIR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    SAGEMAKER_BASE_DIR: root,
    SAGEMAKER_USE_NGINX: 'false',
    CURRENT_HOST: 'algo-1',
  };
}

interface Trained {
  readonly status: number | null;
  readonly output: string;
  readonly model: string;
}

/** A training job with the job's own settings. */
function train(
  { training }: Settings,
  root: string,
  environment: Readonly<Record<string, string>> = training.Environment ?? {},
): Trained {
  const archive = join(root, 'scripts.tar.gz');
  const config = join(root, 'input/config');
  mkdirSync(config, { recursive: true });
  // As SageMaker does; without it the toolkit cannot report a failure, and ends with 0.
  mkdirSync(join(root, 'output'));
  create({ file: archive, cwd: CODE, gzip: true, sync: true }, ['.']);
  const channels = training.InputDataConfig.map(({ ChannelName }) => ChannelName);
  for (const channel of channels) {
    cpSync(join(prepared, channel), join(root, 'input/data', channel), { recursive: true });
  }
  const write = (name: string, content: unknown) =>
    writeFileSync(join(config, name), JSON.stringify(content));
  write('hyperparameters.json', {
    ...training.HyperParameters,
    // SageMaker's toolkit would download it from S3.
    sagemaker_submit_directory: archive,
  });
  write('inputdataconfig.json', Object.fromEntries(channels.map((channel) => [channel, {}])));
  write('resourceconfig.json', {
    current_host: 'algo-1',
    hosts: ['algo-1'],
    network_interface_name: 'lo',
  });
  const { status, stdout, stderr } = spawnSync(join(programs, 'python'), [DRIVER, 'train'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...containerEnvironment(root), ...environment },
  });
  return { status, output: stdout + stderr, model: join(root, 'model') };
}

interface Server {
  readonly port: number;
  readonly output: () => string;
  readonly isUp: boolean;
  stop(): Promise<void>;
}

/** A model container with its own settings; SageMaker unpacks the archive before. */
async function serve(
  { Environment }: Container,
  root: string,
  model: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Server> {
  mkdirSync(join(root, 'model'), { recursive: true });
  cpSync(model, join(root, 'model'), { recursive: true });
  const port = await freePort();
  const given = Object.entries({ ...Environment, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value.replace(/^\/opt\/ml\b/, root)] as const],
  );
  const child = spawn(join(programs, 'python'), [DRIVER, 'serve'], {
    cwd: root,
    detached: true,
    env: {
      ...containerEnvironment(root),
      SAGEMAKER_BIND_TO_PORT: String(port),
      SAGEMAKER_MODEL_SERVER_WORKERS: '1',
      ...Object.fromEntries(given),
    },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const isUp = await untilUp(port, () => child.exitCode !== null);
  return {
    port,
    output: () => output,
    isUp,
    async stop() {
      // gunicorn's workers are in the group; SIGKILL leaves none of them.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

async function untilUp(port: number, hasEnded: () => boolean): Promise<boolean> {
  const deadline = performance.now() + START_PATIENCE_MS;
  while (performance.now() < deadline && !hasEnded()) {
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined);
    if (answer?.status === 200) return true;
    await new Promise((done) => setTimeout(done, 200));
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function invoke({ port }: Server, body: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', accept: 'text/csv' },
    body,
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  return text;
}

/** With what it printed, where it is not. */
function expectUp({ isUp, output }: Server): void {
  expect({ isUp, output: output() }).toMatchObject({ isUp: true });
}

function newRoot(name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  return root;
}

/** Unpacks the archive that preparation wrote. */
function unpackPreprocessor(): string {
  const root = newRoot('preprocessor');
  extract({ file: join(prepared, 'preprocessor/model.tar.gz'), cwd: root, sync: true });
  return root;
}

describe("Script mode under AWS's toolkit, without a package index", () => {
  it.each([
    ['nothing', {}],
    ['the value that reads like yes', { PIP_NO_BUILD_ISOLATION: '1' }],
  ])('does not train with %s in the environment', (_what, environment) => {
    const root = mkdtempSync(join(folder, 'fails-'));

    const { status, output } = train(settingsOf(abalone), root, environment);

    expect(status).toBe(1);
    expect(readFileSync(join(root, 'output/failure'), 'utf8')).toMatch(/InstallModuleError/);
    expect(output).toMatch(/No matching distribution found for setuptools/);
  });

  it('trains, and two containers serve the pipeline', async () => {
    const settings = settingsOf(abalone);
    const trained = train(settings, newRoot('pipeline'));
    expect(trained.output).toMatch(/best round/);
    expect(trained.status).toBe(0);
    expect(existsSync(join(trained.model, 'model.ubj'))).toBe(true);
    const [first, second] = settings.containers;
    if (first === undefined || second === undefined) throw new Error('no two containers');

    const preprocessor = await serve(first, newRoot('first'), unpackPreprocessor());
    const model = await serve(second, newRoot('second'), trained.model);
    try {
      expectUp(preprocessor);
      expectUp(model);
      const features = await invoke(preprocessor, row);
      const rings = Number(await invoke(model, features));
      expect(rings).toBeGreaterThan(1);
      expect(rings).toBeLessThan(30);
    } finally {
      await preprocessor.stop();
      await model.stop();
    }
  });

  it('trains, and one container serves both', async () => {
    const settings = settingsOf(singleContainer);
    const trained = train(settings, newRoot('single'));
    expect(trained.output).toMatch(/best round/);
    expect(trained.status).toBe(0);
    const [only] = settings.containers;
    if (only === undefined || settings.containers.length !== 1)
      throw new Error('not one container');

    const server = await serve(only, newRoot('only'), trained.model);
    try {
      expectUp(server);
      expect(Number(await invoke(server, row))).toBeGreaterThan(1);
    } finally {
      await server.stop();
    }

    const without = await serve(only, newRoot('without'), trained.model, {
      PIP_NO_BUILD_ISOLATION: undefined,
    });
    await without.stop();
    expect(without.isUp).toBe(false);
    expect(without.output()).toMatch(/No matching distribution found for setuptools/);
  });
});
