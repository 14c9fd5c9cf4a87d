import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Project } from '../../../definition/index.ts';
import { preparePythonEnvironment } from '../../../local/index.ts';
import { abalone } from '../../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../../projects/abalone/sample.ts';
import { preparePythonPrograms } from '../../python-programs.ts';
import { LocalHosting } from './local-hosting.ts';
import { type Container, type Settings, settingsOf } from './settings.ts';
import {
  type Answer,
  type Request,
  type Server,
  Toolkit,
  type TrainingToolkit,
} from './toolkit.ts';

/**
 * Witness: AWS's own container toolkits from PyPI. sagemaker-containers and sagemaker-training start the scripts in
 * the XGBoost and the scikit-learn image; sagemaker-inference serves in servers with several models. No package index
 * is reachable, as in subnets without internet. The settings are those of the synthesized definitions. The local
 * hosting must give the same answers as the toolkits.
 */

const CODE = resolve('projects/tabular/python');
const PYTHON_FOLDER = '.stepmill/python';

const singleContainer: Project = {
  ...abalone,
  registry: { ...abalone.registry, packaging: 'single-container' },
};
const pipeline = settingsOf(abalone);
const single = settingsOf(singleContainer);
const [first, second] = pipeline.containers as readonly [Container, Container];
const [only] = single.containers as readonly [Container];

let folder: string;
let toolkit: Toolkit;
let local: LocalHosting;
let prepared: string;
let row: string;
/** The folders of models, by the toolkit and the shape of the project. */
const models = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-witness-'));
  toolkit = new Toolkit(
    await preparePythonPrograms(resolve('test/witness/script-mode/requirements.txt')),
  );
  const { interpreter } = await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  local = new LocalHosting(PYTHON_FOLDER);
  prepared = prepare(interpreter);
  row = (readFileSync(join(prepared, 'test/test.csv'), 'utf8').split('\n')[0] ?? '')
    .split(',')
    .slice(0, -1)
    .join(',');
  const preprocessor = newRoot('preprocessor');
  extract({ file: join(prepared, 'preprocessor/model.tar.gz'), cwd: preprocessor, sync: true });
  models.set('preprocessor', preprocessor);
}, 600_000);

afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the first step with the project's own script. */
function prepare(interpreter: string): string {
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'abalone.csv'), generateAbaloneSample(4));
  const { problem, split } = abalone;
  const { columns, label, header, delimiter } = abalone.dataset;
  const manifest = join(folder, 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ problem, split, columns, label, header, delimiter }));
  const output = join(folder, 'prepared');
  execFileSync(
    interpreter,
    ['-m', 'preprocess', '--manifest', manifest, '--data', data, '--output', output],
    { cwd: CODE, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
  );
  return output;
}

function newRoot(name: string): string {
  return mkdtempSync(join(folder, `${name}-`));
}

function modelOf(name: string): string {
  const model = models.get(name);
  if (model === undefined) throw new Error(`${name} was not trained`);
  return model;
}

/** Expects a running server; the error shows its output. */
function expectUp({ isUp, output }: Server): void {
  expect({ isUp, output: isUp ? '' : output() }).toEqual({ isUp: true, output: '' });
}

const csv = { 'content-type': 'text/csv' };

/** Requests to a model that accepts raw rows. */
function requestsOf(sample: string): Readonly<Record<string, Request>> {
  return {
    'a row': { body: sample, headers: { ...csv, accept: 'text/csv' } },
    'rows with line endings of Windows': { body: `${sample}\r\n${sample}\r\n`, headers: csv },
    'a row, with a JSON answer': {
      body: sample,
      headers: { ...csv, accept: 'application/json' },
    },
    'a row whose type has a charset': {
      body: sample,
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    },
    'a row in JSON': {
      body: JSON.stringify(sample.split(',')),
      headers: { 'content-type': 'application/json' },
    },
    'a row without a type': { body: sample, headers: {} },
    'no row': { body: '', headers: csv },
    'a row that is too short': { body: 'M,0.5', headers: csv },
    'a word for a number': { body: sample.replace(/,[^,]*$/, ',heavy'), headers: csv },
    'bytes that are not UTF-8': { body: Buffer.from([0xff, 0x2c, 0x31]), headers: csv },
  };
}

/** Sends requests to a container of sagemaker-containers, one after the other. */
async function ask(
  container: Container,
  model: string,
  requests: readonly Request[],
): Promise<readonly Answer[]> {
  const server = await toolkit.serve(container, newRoot('served'), model);
  try {
    expectUp(server);
    const answers: Answer[] = [];
    for (const request of requests) answers.push(await server.invoke(request));
    return answers;
  } finally {
    await server.stop();
  }
}

describe('Training, without a package index,', () => {
  it.each([
    ['nothing', {}],
    ['the value that looks like yes', { PIP_NO_BUILD_ISOLATION: '1' }],
  ])('fails under sagemaker_containers with %s in the environment', async (_what, environment) => {
    const root = newRoot('fails');

    const { status, output } = await toolkit.train(root, {
      settings: pipeline,
      toolkit: 'sagemaker_containers',
      code: CODE,
      data: prepared,
      environment,
    });

    expect(status).toBe(1);
    expect(readFileSync(join(root, 'output/failure'), 'utf8')).toMatch(/InstallModuleError/);
    expect(output).toMatch(/No matching distribution found for setuptools/);
  });

  it.each<[TrainingToolkit, string, Settings]>([
    ['sagemaker_containers', 'pipeline', pipeline],
    ['sagemaker_containers', 'single', single],
    ['sagemaker_training', 'pipeline', pipeline],
    ['sagemaker_training', 'single', single],
  ])('creates a model under %s, %s', async (trainer, name, settings) => {
    const trained = await toolkit.train(newRoot('training'), {
      settings,
      toolkit: trainer,
      code: CODE,
      data: prepared,
    });

    expect(trained.output).toMatch(/trained: xgboost on \d+ rows/);
    expect(trained.status).toBe(0);
    expect(existsSync(join(trained.model, 'model.ubj'))).toBe(true);
    models.set(`${trainer} ${name}`, trained.model);
  });
});

describe('A trained model', () => {
  it('is the same under both toolkits', () => {
    for (const shape of ['pipeline', 'single']) {
      const [one, other] = ['sagemaker_containers', 'sagemaker_training'].map((trainer) =>
        readFileSync(join(modelOf(`${trainer} ${shape}`), 'model.ubj')),
      );
      expect(one?.equals(other ?? Buffer.of())).toBe(true);
    }
  });

  it('answers in two containers as in the local ones', async () => {
    const requests = Object.values(requestsOf(row));
    const model = modelOf('sagemaker_containers pipeline');
    const preprocessor = modelOf('preprocessor');

    const [features, ours] = await Promise.all([
      ask(first, preprocessor, requests),
      local.answer(first, newRoot('local'), preprocessor, requests),
    ]);
    // SageMaker passes the type of one container's answer to the next.
    const passedOn = features
      .filter(({ status }) => status === 200)
      .map(({ body, contentType }) => ({ body, headers: { 'content-type': contentType ?? '' } }));
    const [answers, ourAnswers] = await Promise.all([
      ask(second, model, passedOn),
      local.answer(second, newRoot('local'), model, passedOn),
    ]);

    expect(ours).toEqual(features);
    expect(ourAnswers).toEqual(answers);
    expect(passedOn.map(({ headers }) => headers['content-type'])).toContain(
      'text/csv; charset=utf-8',
    );
    expect(answers.length).toBeGreaterThan(3);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      for (const rings of body.trim().split('\n').map(Number)) expectRings(rings);
    }
  });

  it('answers in one container as in the local one', async () => {
    const requests = Object.values(requestsOf(row));
    const model = modelOf('sagemaker_containers single');

    const [answers, ours] = await Promise.all([
      ask(only, model, requests),
      local.answer(only, newRoot('local'), model, requests),
    ]);

    expect(ours).toEqual(answers);
    expectRings(Number(answers[0]?.body));
    expect(answers.map(({ status }) => status)).toEqual([
      ...[200, 200, 200, 200],
      ...[400, 400, 400, 400, 400, 400],
    ]);
  });
});

function expectRings(rings: number): void {
  expect(rings).toBeGreaterThan(1);
  expect(rings).toBeLessThan(30);
}

describe('A script of any other kind', () => {
  it('gets the same answers as with the toolkit', async () => {
    const model = newRoot('probe');
    mkdirSync(join(model, 'code'));
    cpSync(resolve('test/witness/script-mode/probe.py'), join(model, 'code/inference.py'));
    const requests = Object.values(probes);

    const [answers, ours] = await Promise.all([
      ask(first, model, requests),
      local.answer(first, newRoot('local'), model, requests),
    ]);

    const names = Object.keys(probes);
    expect(named(names, ours)).toEqual(named(names, answers));
    // Errors of scripts and types without a decoder are server errors, not client errors.
    const status = Object.fromEntries(names.map((name, at) => [name, answers[at]?.status]));
    expect(status).toMatchObject({
      ...{ raise: 500, refuse: 500, unsupported: 500, 'decode image/png': 500, nothing: 500 },
      ...{ 'typed text/csv': 200, response: 422, positions: 201, phrase: 409 },
    });
  });
});

const probes: Readonly<Record<string, Request>> = {
  ...Object.fromEntries(
    [
      ...['raise', 'refuse', 'unsupported', 'untyped', 'parts', 'nothing', 'number', 'text'],
      ...['bytes', 'iterator', 'object', 'list', 'positions', 'phrase', 'empty', 'header'],
      ...['custom', 'injection', 'response', 'no such word'],
    ].map((body) => [body, { body, headers: csv }]),
  ),
  ...Object.fromEntries(
    [
      ...['text/csv', 'text/csv; charset=utf-8', 'application/json', 'application/xml'],
      ...['image/svg+xml', 'application/octet-stream', 'TEXT/CSV'],
    ].map((type) => [`typed ${type}`, { body: `typed ${type}`, headers: csv }]),
  ),
  ...Object.fromEntries(
    [
      ...['text/csv', 'text/csv;charset=utf-8', 'TEXT/CSV', 'text/plain', 'image/png'],
      ...['application/json', 'application/json; charset=utf-8', 'application/x-npy'],
    ].flatMap((type) =>
      [
        { body: Buffer.from('request \u00e4\xff', 'latin1'), name: 'request' },
        { body: 'decode 1,2.5', name: 'decode' },
        { body: 'decode [1, 2.5]', name: 'decode JSON' },
        { body: 'decode 1,x\n2,3', name: 'decode text' },
        { body: 'decode 1,2\n3', name: 'decode ragged' },
      ].map(({ body, name }) => [`${name} ${type}`, { body, headers: { 'content-type': type } }]),
    ),
  ),
  ...Object.fromEntries(
    ['text/csv', 'application/json', 'image/png', 'text/csv;q=1'].flatMap((accept) =>
      ['encode', 'encode rows'].map((body) => [
        `${body} ${accept}`,
        { body, headers: { ...csv, accept } },
      ]),
    ),
  ),
};

function named(names: readonly string[], answers: readonly Answer[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name, at) => [name, answers[at]]));
}

describe('sagemaker_inference', () => {
  /** The toolkit adds no charset, decodes strictly, and has no default type. */
  const differing = ['bytes that are not UTF-8', 'a row without a type'];

  it('gives the same answers as the local hosting, in one container and in two', async () => {
    const requests = Object.entries(requestsOf(row))
      .filter(([name]) => !differing.includes(name))
      .map(([, request]) => request);
    const [preprocessor, alone, score] = [
      modelOf('preprocessor'),
      modelOf('sagemaker_training single'),
      modelOf('sagemaker_training pipeline'),
    ];

    const [answer] = await askBoth(only, alone, requests);
    const [sample] = await askBoth(first, preprocessor, requests);
    const rows = [{ body: sample?.body ?? '', headers: csv }];
    const [scored] = await askBoth(second, score, rows);

    expectRings(Number(answer?.body));
    expect(scored).toEqual(answer);
  });
});

/** Expects the same answers from both. */
async function askBoth(
  container: Container,
  model: string,
  requests: readonly Request[],
): Promise<readonly Answer[]> {
  const [theirs, ours] = await Promise.all([
    toolkit.answer(container, newRoot('i'), model, requests),
    local.answer(container, newRoot('l'), model, requests),
  ]);
  expect(theirs).toEqual(withoutCharacters(ours));
  return theirs;
}

/** sagemaker_containers uses Flask, which adds the charset to the type of a text. */
function withoutCharacters(answers: readonly Answer[]): readonly Answer[] {
  return answers.map(({ contentType, ...answer }) => ({
    ...answer,
    contentType: contentType?.replace('; charset=utf-8', '') ?? null,
  }));
}

it('A model container that builds its scripts in isolation does not start without an index', async () => {
  const server = await toolkit.serve(
    only,
    newRoot('without'),
    modelOf('sagemaker_training single'),
    {
      PIP_NO_BUILD_ISOLATION: undefined,
    },
  );
  await server.stop();

  expect(server.isUp).toBe(false);
  expect(server.output()).toMatch(/No matching distribution found for setuptools/);
});
