import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type {
  ContainerEnd,
  ContainerStart,
  PulledImage,
  StartedContainer,
} from '../../../cloud/container-images.ts';
import { givePortBack, takePort } from '../../../host/ports.ts';
import { startOwnContainer, startOwnServer } from './start-container.ts';

const ACCEPTS_PORT = 'com.amazonaws.sagemaker.capabilities.accept-bind-to-port';
const SAGEMAKER_PORT = 8_080;
const aws = { region: 'us-east-1', endpoint: undefined };

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Serving {
  /** @default 200 */
  readonly ping?: number;
  /** @default the one that it is told */
  readonly port?: number;
}

/** An image whose containers answer /ping on the port that they are told, until they are ended. */
function createImage(
  labels: Readonly<Record<string, string>> = {},
  { ping = 200, port: own }: Serving = {},
) {
  const starts: ContainerStart[] = [];
  const signals: string[] = [];
  const ends: ((end: ContainerEnd) => void)[] = [];
  const finish = (end: ContainerEnd) => ends.at(-1)?.(end);
  const end = (name: string): void => {
    signals.push(name);
    finish({ code: 143, signal: 'SIGTERM' });
  };
  const image = {
    settings: { labels },
    async start(options: ContainerStart): Promise<StartedContainer> {
      starts.push(options);
      const server = createServer((_, response) => response.writeHead(ping).end());
      servers.push(server);
      const exited = new Promise<ContainerEnd>((resolve) => {
        ends.push((ended) => {
          server.closeAllConnections();
          server.close();
          resolve(ended);
        });
      });
      const port = options.environment?.['SAGEMAKER_BIND_TO_PORT'];
      if (port !== undefined)
        await once(server.listen(own ?? Number(port), '127.0.0.1'), 'listening');
      return {
        pid: undefined,
        started: Promise.resolve(undefined),
        exited,
        kill: (signal) => end(signal),
        stop: (seconds) => {
          end(`stop ${seconds}`);
          return exited;
        },
        execute: () => exited,
      };
    },
  } as unknown as PulledImage;
  return { image, starts, signals, finish };
}

const portOf = ({ environment }: ContainerStart) =>
  Number(environment?.['SAGEMAKER_BIND_TO_PORT'] ?? 0);

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => resolve(true));
  });
  const free = await listening;
  server.close();
  return free;
}

const start = async () => {
  const bench = createImage();
  const container = await startOwnContainer(
    bench.image,
    { folder: '/here', environment: { A: '1' }, command: ['train'], role: { aws } },
    () => undefined,
  );
  return { ...bench, container };
};

const serve = (image: PulledImage, stop?: AbortSignal, startupTimeoutSeconds?: number) =>
  startOwnServer(image, {
    ...(startupTimeoutSeconds === undefined ? {} : { startupTimeoutSeconds }),
    folder: '/here',
    environment: { A: '1' },
    role: { aws },
    stop,
    onLine: () => undefined,
  });

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-dockerfile.html
describe('a container of a job', () => {
  it('sees its folder as /opt/ml, its variables and its role', async () => {
    const { starts, container } = await start();

    expect(starts).toEqual([
      {
        aws,
        command: ['train'],
        environment: { A: '1' },
        mounts: [{ source: '/here', target: '/opt/ml' }],
        onOutput: expect.any(Function),
      },
    ]);
    expect(container.pid).toBe(0);
  });

  it.each<[ContainerEnd, object]>([
    [
      { code: 3, signal: undefined },
      { code: 3, signal: undefined },
    ],
    // An exit code is only one where the container has ended by itself.
    [
      { code: 137, signal: 'SIGKILL' },
      { code: undefined, signal: 'SIGKILL' },
    ],
  ])('that ended with %j', async (end, exit) => {
    const { container, finish } = await start();

    finish(end);

    expect(await container.exited).toEqual(exit);
  });

  it('gets signals; SIGKILL ends all of its processes', async () => {
    const { container, signals } = await start();

    container.kill('SIGTERM');
    container.kill('SIGKILL');

    expect(signals).toEqual(['SIGTERM', 'stop 0']);
  });
});

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
describe('a container that serves', () => {
  it('is started with serve, and told its port', async () => {
    const { image, starts } = createImage({ [ACCEPTS_PORT]: 'true' });

    const server = await serve(image);
    await server.stop();

    expect(starts).toMatchObject([
      { command: ['serve'], environment: { A: '1', SAGEMAKER_BIND_TO_PORT: expect.any(String) } },
    ]);
  });

  it('ends when it is stopped', async () => {
    const { image, signals } = createImage({ [ACCEPTS_PORT]: 'true' });
    const controller = new AbortController();

    const server = await serve(image, controller.signal);
    controller.abort();
    await server.exited;

    expect(signals).toEqual(['SIGTERM']);
  });

  it('ends when it was stopped before it started', async () => {
    const { image, signals } = createImage({ [ACCEPTS_PORT]: 'true' });

    await expect(serve(image, AbortSignal.abort())).rejects.toThrow('SIGTERM');

    expect(signals[0]).toBe('SIGTERM');
  });

  it.each<[string, Serving]>([
    ['never becomes healthy', { ping: 500 }],
    ['ignores its port', { port: 0 }],
  ])('that %s is ended after its time', async (_, serving) => {
    const { image, signals } = createImage({ [ACCEPTS_PORT]: 'true' }, serving);

    await expect(serve(image, undefined, 1)).rejects.toMatchObject({
      name: 'ContainerNotHealthy',
      message: expect.stringMatching(/\/ping/),
    });

    expect(signals).toEqual(['stop 0']);
  });

  it('that does not start gives its port back', async () => {
    const before = await isFree(SAGEMAKER_PORT);
    const { image, starts } = createImage();

    await expect(serve(image, AbortSignal.abort())).rejects.toThrow('SIGTERM');
    const again = await takePort(SAGEMAKER_PORT);
    givePortBack(again);

    const after = await isFree(SAGEMAKER_PORT);
    const [first] = starts.map(portOf);
    expect(before && after ? first : SAGEMAKER_PORT).toBe(SAGEMAKER_PORT);
    expect(before && after ? again : SAGEMAKER_PORT).toBe(SAGEMAKER_PORT);
  });
});

describe('a port', () => {
  it('of a container that is told its port is any free one', async () => {
    const ports = [await takePort(), await takePort()];
    for (const port of ports) givePortBack(port);

    expect(new Set(ports).size).toBe(2);
    expect(ports).not.toContain(SAGEMAKER_PORT);
    expect(Math.min(...ports)).toBeGreaterThan(0);
  });

  it('of SageMaker is for one container, and the next gets another', async () => {
    const one = await takePort(SAGEMAKER_PORT);
    const other = await takePort(SAGEMAKER_PORT);
    givePortBack(one);
    givePortBack(other);

    expect(one).not.toBe(other);
    expect(other).not.toBe(SAGEMAKER_PORT);
  });

  it('that another program listens on is not given to a container', async () => {
    const server = createServer();
    servers.push(server);
    server.listen(SAGEMAKER_PORT, '0.0.0.0');
    // Where something listens there already, this is the case as well.
    await Promise.race([once(server, 'listening'), once(server, 'error').catch(() => undefined)]);

    const port = await takePort(SAGEMAKER_PORT);
    givePortBack(port);

    expect(port).not.toBe(SAGEMAKER_PORT);
    expect((server.address() as AddressInfo | null)?.port ?? SAGEMAKER_PORT).toBe(SAGEMAKER_PORT);
  });
});
