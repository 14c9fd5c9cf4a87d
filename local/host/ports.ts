import { createServer } from 'node:net';

/** Ports of containers that start or run: on one machine they share its network. */
const taken = new Set<number>();

/**
 * A free port of this machine for a container, which no other call gets until it is given back.
 *
 * @param wanted the port as long as nothing listens there. @default any free one
 * @throws RangeError if no port is free
 */
export async function takePort(wanted = 0): Promise<number> {
  const preferred = taken.has(wanted) ? 0 : wanted;
  if (preferred !== 0) taken.add(preferred);
  const port = (await tryPort(preferred)) ?? (await tryUntaken());
  if (preferred !== 0 && port !== preferred) taken.delete(preferred);
  if (port === undefined) throw new RangeError('no port of this machine is free');
  taken.add(port);
  return port;
}

export function givePortBack(port: number): void {
  taken.delete(port);
}

/** The system may offer a port whose container does not listen yet. */
const ATTEMPTS = 20;

async function tryUntaken(): Promise<number | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await tryPort(0);
    if (port === undefined || !taken.has(port)) return port;
  }
  return undefined;
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
