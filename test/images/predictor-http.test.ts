import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ContainerRunner,
  type RunnableImage,
  type RunningContainer,
} from '../../local/containers/index.ts';
import { findInterpreter } from '../python-interpreter.ts';
import { preparePythonPrograms } from '../python-programs.ts';

// The image's Dockerfile is run as a recipe, and its answers are compared with those of the scripts that SageMaker's
// containers import. pip needs a package index once for each content of the image's requirements.

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'stepmill');
const IMAGE = 'images/predictor-http';
const BUILD_TIMEOUT_MS = 300_000;

/** A row can have every field that the document wants, and still be refused by the model: a date of another form. */
const UNDECIDABLE = 'positive_data_acceptance';

/** A model whose answer takes as many seconds as it is sent. */
const SLEEPER = `import time


def model_fn(folder):
    return None


def transform_fn(model, data, content_type, accept):
    time.sleep(float(data))
    return "slept", "text/plain"
`;
/** More than go to threads first. */
const QUICK_REQUESTS = 150;

interface Answers {
  readonly named: Readonly<Record<string, unknown>>;
  readonly answers: readonly {
    readonly model: string;
    readonly contentType: string;
    readonly body: string;
    readonly answer: string;
  }[];
}

const interpreter = findInterpreter();
const runner = new ContainerRunner({ mode: 'process' });

let folder: string;
let image: RunnableImage;
let expected: Answers;

/** A port that was free a moment ago: the image takes the port that it is given. */
function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

interface Served {
  readonly container: RunningContainer;
  readonly address: string;
  readonly output: () => string;
}

async function serve(
  model: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const port = await findFreePort();
  let output = '';
  const container = await runner.start(image, {
    folder: join(folder, `container-${port}`),
    environment: { SAGEMAKER_BIND_TO_PORT: String(port), OMP_NUM_THREADS: '1', ...environment },
    mounts: [{ source: join(folder, model), target: '/opt/ml/model', readOnly: true }],
    onOutput: (chunk) => {
      output += chunk.toString('utf8');
    },
  });
  return { container, address: `http://127.0.0.1:${port}`, output: () => output };
}

async function untilHealthy({ address, container, output }: Served): Promise<void> {
  let hasEnded = false;
  void container.exited.then(() => {
    hasEnded = true;
  });
  await expect
    .poll(
      async () => {
        if (hasEnded) throw new Error(output());
        return fetch(`${address}/ping`).then(
          ({ status }) => status,
          () => 0,
        );
      },
      { timeout: 60_000, interval: 50 },
    )
    .toBe(200);
}

const post = (address: string, path: string, contentType: string, body: string) =>
  fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': contentType }, body });

describe.skipIf(interpreter === undefined)(
  'the image predictor-http (skipped without a Python that has the libraries)',
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'predictor-http-'));
      const printed = execFileSync(interpreter ?? '', ['test/images/make_model.py', folder], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' },
      });
      expected = JSON.parse(printed);
      image = await runner.prepare({
        context: resolve(IMAGE),
        folder: join(CACHE, 'containers'),
        pythonFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python',
      });
    }, BUILD_TIMEOUT_MS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(['pipeline', 'single'])(
      'answers as the containers of SageMaker do (%s), and by named fields',
      async (model) => {
        const served = await serve(model);
        const { address, container } = served;
        await untilHealthy(served);

        for (const { answer, body, contentType } of expected.answers.filter(
          (one) => one.model === model,
        )) {
          const response = await post(address, '/invocations', contentType, body);
          expect([response.status, await response.text()]).toEqual([200, answer]);
        }
        const named = await post(
          address,
          '/predict?include=probabilities&include=riskFactors',
          'application/json',
          JSON.stringify(expected.named),
        );
        const [, { answer } = { answer: '' }] = expected.answers;
        expect(await named.json()).toEqual(JSON.parse(answer).predictions[0]);
        expect((await container.execute(['python', '-m', 'predictor.health'], 20_000)).code).toBe(
          0,
        );
        // As docker stop: uvicorn ends on SIGTERM, and reports it by the signal.
        expect([0, 143]).toContain((await container.stop()).code);
      },
    );

    it('refuses what the model refuses, and what is not a row', async () => {
      const served = await serve('pipeline');
      const { address, container } = served;
      await untilHealthy(served);

      expect(await answerOf(await post(address, '/invocations', 'text/csv', 'a,b'))).toEqual([
        400,
        'Row 1 has 2 fields, the model wants 6: day, station id, rain mm, sky, wind, note.',
      ]);
      expect((await post(address, '/invocations', 'image/png', 'x')).status).toBe(400);
      const predict = (row: object) =>
        post(address, '/predict', 'application/json', JSON.stringify(row));
      expect((await predict({ ...expected.named, other: 1 })).status).toBe(422);
      expect((await predict({ day: '2015-07-03' })).status).toBe(422);
      const dated = await predict({ ...expected.named, day: 'yesterday' });
      expect(await answerOf(dated)).toEqual([
        400,
        "Row 1, day: 'yesterday' is not a date of the form %Y-%m-%d.",
      ]);
      const large = await post(
        address,
        '/invocations',
        'text/csv',
        'x'.repeat(25 * 1024 * 1024 + 1),
      );
      expect(large.status).toBe(413);
      const note = 'x'.repeat(25 * 1024 * 1024);
      expect(await answerOf(await predict({ ...expected.named, note }))).toEqual([
        413,
        'The body is larger than 26214400 bytes.',
      ]);
      await container.stop();
    });

    it('answers /ping while a model is busy that was quick before', async () => {
      const code = join(folder, 'sleeper/code');
      mkdirSync(code, { recursive: true });
      writeFileSync(join(code, 'inference.py'), SLEEPER);
      const served = await serve('sleeper');
      const { address, container } = served;
      await untilHealthy(served);
      const sleep = (seconds: string) => post(address, '/invocations', 'text/csv', seconds);
      const pingsDuring = async (answer: Promise<Response>) => {
        const state = { isAnswered: false, pings: 0 };
        void answer.finally(() => {
          state.isAnswered = true;
        });
        for (; !state.isAnswered; state.pings += 1) await fetch(`${address}/ping`);
        expect(await answerOf(await answer)).toEqual([200, 'slept']);
        return state.pings;
      };

      // Answered in the event loop in the end, and the slow one with them.
      for (let count = 0; count < QUICK_REQUESTS; count += 1) await sleep('0');
      await sleep('0.5');
      const pings = await pingsDuring(sleep('2'));

      expect(pings).toBeGreaterThan(5);
      await container.stop();
    });

    it('describes the columns of the project in its OpenAPI document', async () => {
      const served = await serve('pipeline');
      await untilHealthy(served);

      const page = (await (await fetch(`${served.address}/openapi.json`)).json()) as {
        readonly components: {
          readonly schemas: Record<
            string,
            { readonly properties: object; readonly required?: readonly string[] }
          >;
        };
        readonly paths: object;
      };

      expect(Object.keys(page.paths)).toEqual(['/ping', '/invocations', '/predict']);
      expect(Object.keys(page.components.schemas['Row']?.properties ?? {})).toEqual([
        'day',
        'station id',
        'rain mm',
        'sky',
        'wind',
        'note',
      ]);
      await served.container.stop();
    });

    it(
      'keeps what its OpenAPI document promises for any request',
      async () => {
        const programs = await preparePythonPrograms('test/images/fuzzer/requirements.txt');
        const served = await serve('pipeline');
        await untilHealthy(served);

        const found = spawnSync(
          join(programs, 'schemathesis'),
          [
            ...['run', `${served.address}/openapi.json`, '--checks', 'all'],
            ...['--exclude-checks', UNDECIDABLE, '--phases', 'examples,coverage,fuzzing'],
            ...['--max-examples', '40', '--seed', '1', '--no-color'],
          ],
          { encoding: 'utf8', cwd: folder },
        );

        expect(found.stdout).toMatch(/ (\d{2,}) generated, \1 passed/);
        expect(found.status).toBe(0);
        expect((await fetch(`${served.address}/ping`)).status).toBe(200);
        await served.container.stop();
      },
      BUILD_TIMEOUT_MS,
    );

    it('captures as SageMaker does', () => {
      const { status, stderr } = spawnSync(interpreter ?? '', ['test/images/test_capture.py'], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });

      expect(stderr).toMatch(/\nOK/);
      expect(status).toBe(0);
    });

    it('ends at once, with the reason, where there is no model or another command', async () => {
      const empty = await serve('pipeline', { MODEL_DIR: '/tmp' });
      expect((await empty.container.exited).code).toBe(1);
      expect(empty.output()).toContain('/tmp holds no code/inference.py; nothing is served.');
      const wrong = await serve('pipeline', { SAGEMAKER_BIND_TO_PORT: 'x' });
      expect((await wrong.container.exited).code).toBe(1);
      expect(wrong.output()).toContain("The port 'x' is not a number");
    });
  },
);

const answerOf = async (response: Response) => [response.status, await response.text()];

const pinsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[\w-]+==/.test(line));

const nameOf = (line: string) => line.split('==')[0];

it('has the libraries of the local environment in the same versions', () => {
  const ofImage = pinsOf(`${IMAGE}/requirements.txt`);
  const ofEnvironment = pinsOf('local/jobs/python/requirements.txt');
  const names = new Set(ofEnvironment.map(nameOf));

  const shared = ofImage.filter((line) => names.has(nameOf(line)));

  expect(shared.length).toBeGreaterThan(8);
  expect(shared.filter((line) => !ofEnvironment.includes(line))).toEqual([]);
});
