import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePort } from './gateway.ts';

const HOST = '127.0.0.1';

it('finds another port in place of one in use, and the port itself once it is free', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;

  const other = await findFreePort(HOST, port);
  await new Promise((closed) => {
    server.close(closed);
  });
  const same = await findFreePort(HOST, port);

  expect(other).not.toBe(port);
  expect(other).toBeGreaterThan(0);
  expect(same).toBe(port);
});
