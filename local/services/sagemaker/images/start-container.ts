import type { ContainerStart, PulledImage } from '../../../cloud/container-images.ts';
import { givePortBack, takePort } from '../../../host/ports.ts';
import type { PythonExit, PythonProcess } from '../../../jobs/index.ts';
import { ModelServer } from '../../../jobs/serving/index.ts';
import type { ProcessRole } from '../process-role.ts';

/** Images that say so listen where SAGEMAKER_BIND_TO_PORT says. https://docs.aws.amazon.com/sagemaker/latest/dg/multi-model-container.html */
const ACCEPTS_PORT = 'com.amazonaws.sagemaker.capabilities.accept-bind-to-port';
/** The port of SageMaker's containers. https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html */
const SAGEMAKER_PORT = 8_080;
const NOT_STARTED = 0;

export interface OwnContainer extends Pick<ContainerStart, 'command' | 'entrypoint'> {
  /** The folder that the container sees as `/opt/ml`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: Pick<ProcessRole, 'aws'>;
}

/** Starts a container of an image, with a folder of this machine as `/opt/ml`. @throws NothingToStart */
export async function startOwnContainer(
  image: PulledImage,
  { folder, role, ...start }: OwnContainer,
  onOutput: (chunk: Buffer) => void,
): Promise<PythonProcess> {
  const container = await image.start({
    ...start,
    aws: role.aws,
    mounts: [{ source: folder, target: '/opt/ml' }],
    onOutput,
  });
  const exited = container.exited.then(
    ({ code, signal }): PythonExit =>
      signal === undefined ? { code, signal } : { code: undefined, signal },
  );
  return {
    pid: container.pid ?? NOT_STARTED,
    exited,
    kill: (signal) => (signal === 'SIGKILL' ? void container.stop(0) : container.kill(signal)),
  };
}

export interface OwnServer extends Omit<OwnContainer, 'command' | 'entrypoint'> {
  readonly startupTimeoutSeconds?: number;
  /** Ends it, also while it starts. */
  readonly stop?: AbortSignal | undefined;
  readonly onLine: (line: string) => void;
}

/**
 * Starts a serving container as SageMaker does: `docker run IMAGE serve`, and waits until it answers /ping.
 *
 * @throws ContainerNotHealthy, NothingToStart
 */
export async function startOwnServer(
  image: PulledImage,
  { environment, onLine, startupTimeoutSeconds, stop, ...container }: OwnServer,
): Promise<ModelServer> {
  const label = image.settings?.labels[ACCEPTS_PORT];
  // One that cannot be told its port gets SageMaker's own, as long as nothing listens there.
  const port = await takePort(label === 'true' ? 0 : SAGEMAKER_PORT);
  try {
    const server = await ModelServer.startImage({
      port,
      onLine,
      ...(startupTimeoutSeconds === undefined ? {} : { startupTimeoutSeconds }),
      start: async (onOutput) => {
        const variables = { ...environment, SAGEMAKER_BIND_TO_PORT: String(port) };
        const start = { ...container, command: ['serve'], environment: variables };
        return endingWith(await startOwnContainer(image, start, onOutput), stop);
      },
    });
    void server.exited.then(() => givePortBack(port));
    return server;
  } catch (error) {
    givePortBack(port);
    throw error;
  }
}

function endingWith(process: PythonProcess, stop: AbortSignal | undefined): PythonProcess {
  const end = () => process.kill('SIGTERM');
  stop?.addEventListener('abort', end);
  if (stop?.aborted === true) end();
  void process.exited.then(() => stop?.removeEventListener('abort', end));
  return process;
}
