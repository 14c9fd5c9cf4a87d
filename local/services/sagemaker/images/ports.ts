import { createServer } from 'node:net';

/** The port of SageMaker's containers. https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html */
const SAGEMAKER_PORT = 8_080;

/** Ports of containers that start or run: on one machine they share its network. */
const taken = new Set<number>();

/**
 * A free port of this machine for a container. One that cannot be told its port gets SageMaker's own, as long as nothing
 * listens there.
 *
 * @param canBeTold the image has the label `accept-bind-to-port`
 */
export async function takePort(canBeTold: boolean): Promise<number> {
  const wanted = canBeTold || taken.has(SAGEMAKER_PORT) ? 0 : SAGEMAKER_PORT;
  if (wanted !== 0) taken.add(wanted);
  const port = (await tryPort(wanted)) ?? (await tryPort(0));
  if (wanted !== 0 && port !== wanted) taken.delete(wanted);
  if (port === undefined) throw new RangeError('no port of this machine is free');
  taken.add(port);
  return port;
}

export function givePortBack(port: number): void {
  taken.delete(port);
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '0.0.0.0' }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}
