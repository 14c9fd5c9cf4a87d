import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const IMAGE = resolve('images/predictor-http');
const SITE = resolve('.stepmill/bench-site');
/** The packages of the image that this machine's Python does not have anyway. */
const PACKAGES =
  /^(annotated-doc|annotated-types|anyio|click|fastapi|h11|httptools|idna|opentelemetry-api|pydantic|pydantic_core|starlette|typing-inspection|typing_extensions|uvicorn|uvloop)==/;
const START_PATIENCE_MS = 60_000;

/** A running server, and where it answers. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

export interface ModelFolders {
  readonly interpreter: string;
  /** Holds the unpacked archives `first` and `booster`. */
  readonly folder: string;
}

/** Installs the web packages of the image, in its versions. Returns false if there is no package index. */
export async function installWebPackages(interpreter: string): Promise<boolean> {
  if (['fastapi', 'uvloop', 'httptools'].every((name) => existsSync(join(SITE, name)))) return true;
  const lines = (await readFile(join(IMAGE, 'requirements.txt'), 'utf8')).split('\n');
  const packages = lines.filter((line) => PACKAGES.test(line));
  const install = ['-m', 'pip', 'install', '-q', '--only-binary=:all:', '--target', SITE];
  try {
    await promisify(execFile)(interpreter, [...install, ...packages]);
    return true;
  } catch {
    console.log(
      'FastAPI could not be installed; neither the bare server nor the image is measured.',
    );
    return false;
  }
}

/** A FastAPI server that calls the model in its only route. */
export async function startBare({ interpreter, folder }: ModelFolders): Promise<Server> {
  const server = spawn(
    interpreter,
    ['test/bench/endpoint/bare.py', join(folder, 'first'), join(folder, 'booster')],
    { env: environment(SITE), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const port = await new Promise<string>((done) => {
    server.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim()));
  });
  return running(server, Number(port));
}

/** The image's program, with the model as an image has it. */
export async function startImage(
  { interpreter, folder }: ModelFolders,
  capture: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const model = join(folder, 'image');
  if (!existsSync(model)) {
    await mkdir(model);
    await symlink(join(folder, 'first'), join(model, 'container-1'));
    await symlink(join(folder, 'booster'), join(model, 'container-2'));
  }
  const port = await findFreePort();
  const server = spawn(interpreter, ['-m', 'predictor', 'serve'], {
    cwd: IMAGE,
    env: {
      ...environment(`${IMAGE}${delimiter}${SITE}`),
      MODEL_DIR: model,
      PORT: String(port),
      ...capture,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const started = running(server, port);
  await untilHealthy(port, server);
  return started;
}

function environment(PYTHONPATH: string): NodeJS.ProcessEnv {
  return { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH };
}

function running(server: ChildProcess, port: number): Server {
  return {
    url: `http://127.0.0.1:${port}/invocations`,
    pid: server.pid ?? 0,
    stop: () => server.kill('SIGKILL'),
  };
}

async function untilHealthy(port: number, server: ChildProcess): Promise<void> {
  const end = performance.now() + START_PATIENCE_MS;
  while (performance.now() < end && server.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined);
    if (response?.status === 200) return;
    await new Promise((done) => {
      setTimeout(done, 50);
    });
  }
  throw new Error('The image did not answer /ping; nothing is measured.');
}

function findFreePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
