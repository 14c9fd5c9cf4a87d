import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { create } from 'tar';
import type { Container, Settings } from './settings.ts';

const DRIVER = resolve('test/witness/script-mode/framework_container.py');
/** An index at a port without a server. */
const NO_INDEX = 'http://127.0.0.1:9/simple';
const START_PATIENCE_MS = 60_000;
const POLL_MS = 50;
/** The newer training toolkit waits until the names of all hosts resolve. */
const HOST = 'localhost';

/** The toolkits for training; the images of both frameworks serve with the first. */
export type TrainingToolkit = 'sagemaker_containers' | 'sagemaker_training';

export interface Request {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export interface Ended {
  readonly status: number;
  readonly output: string;
}

export interface Trained extends Ended {
  /** The folder of the model. */
  readonly model: string;
}

export interface Server {
  readonly output: () => string;
  readonly isUp: boolean;
  invoke(request: Request): Promise<Answer>;
  stop(): Promise<void>;
}

export interface TrainingOptions {
  readonly settings: Settings;
  readonly toolkit: TrainingToolkit;
  /** The folder of the project's scripts. */
  readonly code: string;
  /** The folder with a folder for each channel. */
  readonly data: string;
  /** @default the job's own */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs containers with AWS's toolkits, each with its own folder instead of `/opt/ml`. */
export class Toolkit {
  readonly #programs: string;

  /** @param programs the folder of the Python environment's programs */
  constructor(programs: string) {
    this.#programs = programs;
  }

  /** Runs a training job, with the files that SageMaker writes before the container starts. */
  async train(root: string, options: TrainingOptions): Promise<Trained> {
    const { training } = options.settings;
    const archive = join(root, 'scripts.tar.gz');
    const config = join(root, 'input/config');
    mkdirSync(config, { recursive: true });
    // As SageMaker does. Without it, the toolkit cannot report a failure and exits with 0.
    mkdirSync(join(root, 'output'));
    create({ file: archive, cwd: options.code, gzip: true, sync: true }, ['.']);
    const channels = training.InputDataConfig.map(({ ChannelName }) => ChannelName);
    for (const channel of channels) {
      const place = join(root, 'input/data', channel);
      cpSync(join(options.data, channel), place, { recursive: true });
    }
    const write = (name: string, content: unknown) =>
      writeFileSync(join(config, name), JSON.stringify(content));
    write('hyperparameters.json', {
      ...training.HyperParameters,
      // SageMaker's toolkit would download it from S3.
      sagemaker_submit_directory: archive,
    });
    write('inputdataconfig.json', Object.fromEntries(channels.map((channel) => [channel, {}])));
    write('resourceconfig.json', RESOURCES);
    const environment = options.environment ?? training.Environment ?? {};
    const ended = await this.#run(root, ['train', options.toolkit], environment);
    return { ...ended, model: join(root, 'model') };
  }

  /** Runs a model container; SageMaker unpacks the archive before. */
  async serve(
    container: Container,
    root: string,
    model: string,
    changes: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Server> {
    cpSync(model, join(root, 'model'), { recursive: true });
    const port = await freePort();
    const child = spawn(join(this.#programs, 'python'), [DRIVER, 'serve'], {
      cwd: root,
      detached: true,
      env: {
        ...this.#environment(root),
        SAGEMAKER_BIND_TO_PORT: String(port),
        SAGEMAKER_MODEL_SERVER_WORKERS: '1',
        ...settingsIn(root, { ...container.Environment, ...changes }),
      },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    const isUp = await untilUp(port, () => child.exitCode !== null);
    return {
      output: () => output,
      isUp,
      invoke: (request) => invoke(port, request),
      async stop() {
        // gunicorn's workers are in the process group, so SIGKILL ends all of them.
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
        await ended;
      },
    };
  }

  /** Passes requests to the handler service of the inference toolkit, in one process. */
  async answer(
    container: Container,
    root: string,
    model: string,
    requests: readonly Request[],
  ): Promise<readonly Answer[]> {
    cpSync(model, join(root, 'model'), { recursive: true });
    const settings = settingsIn(root, container.Environment);
    // The toolkit's model server puts the folder of the code there.
    const path = [join(root, 'model/code'), this.#environment(root)['PYTHONPATH']].join(delimiter);
    const lines = requests.map(({ body, headers }) =>
      JSON.stringify({ body: Buffer.from(body).toString('base64'), headers }),
    );
    const { status, output, printed } = await this.#run(
      root,
      ['answer'],
      { ...settings, PYTHONPATH: path },
      lines.join('\n'),
    );
    if (status !== 0) throw new Error(output);
    return printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
  }

  async #run(
    root: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    input = '',
  ): Promise<Ended & { readonly printed: string }> {
    return new Promise((done) => {
      const child = execFile(
        join(this.#programs, 'python'),
        [DRIVER, ...args],
        { cwd: root, env: { ...this.#environment(root), ...environment } },
        (_error, stdout, stderr) =>
          done({ status: child.exitCode ?? 1, output: stdout + stderr, printed: stdout }),
      );
      child.stdin?.end(input);
    });
  }

  /** The container's own folders, so that packages that pip installs in one are not in another. */
  #environment(root: string): Record<string, string> {
    const site = join(root, 'site');
    mkdirSync(site, { recursive: true });
    return {
      PATH: [this.#programs, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HOME: root,
      PYTHONPATH: [site, resolve('test/witness/script-mode')].join(delimiter),
      PIP_TARGET: site,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: NO_INDEX,
      PIP_RETRIES: '0',
      PIP_NO_CACHE_DIR: '1',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      SAGEMAKER_BASE_DIR: root,
      SAGEMAKER_USE_NGINX: 'false',
      CURRENT_HOST: HOST,
    };
  }
}

const RESOURCES = {
  current_host: HOST,
  current_instance_type: 'ml.m5.large',
  current_group_name: 'homogeneousCluster',
  hosts: [HOST],
  instance_groups: [
    {
      instance_group_name: 'homogeneousCluster',
      instance_type: 'ml.m5.large',
      hosts: [HOST],
    },
  ],
  network_interface_name: 'lo',
};

/** A container's variables, with its folder instead of `/opt/ml`. */
function settingsIn(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.replace(/^\/opt\/ml\b/, root)] as const],
    ),
  );
}

async function untilUp(port: number, hasEnded: () => boolean): Promise<boolean> {
  const deadline = performance.now() + START_PATIENCE_MS;
  while (performance.now() < deadline && !hasEnded()) {
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined);
    if (answer?.status === 200) return true;
    await new Promise((done) => setTimeout(done, POLL_MS));
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

/** Sends a GET or POST of the serving contract with only the given headers. */
async function invoke(port: number, { body, headers }: Request): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${port}/invocations`, {
    method: 'POST',
    headers: { ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  return {
    status: answer.status,
    contentType: answer.headers.get('content-type'),
    body: await answer.text(),
  };
}
