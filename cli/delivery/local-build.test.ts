import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLocalBuild, pauseStep } from './local-build.ts';

const asked: string[] = [];
let status = 204;
const server = createServer(({ method, url }, response) => {
  asked.push(`${method} ${url}`);
  response.writeHead(status).end();
});
let address: string;

beforeEach(async () => {
  asked.length = 0;
  status = 204;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/waits/1`;
});

afterEach(() => server.close());

it('a step in a local build waits on the clock of the runtime, a minute at most at once', async () => {
  await pauseStep(150_000, { STEPMILL_WAITS: address });

  expect(asked).toEqual(['POST /waits/1/60', 'POST /waits/1/60', 'POST /waits/1/30']);
  expect(isLocalBuild({ STEPMILL_WAITS: address })).toBe(true);
});

it('a step says that the runtime did not wait', async () => {
  status = 404;

  await expect(pauseStep(1_000, { STEPMILL_WAITS: address })).rejects.toThrow('answered 404');
});

it('a step elsewhere waits by itself', async () => {
  await pauseStep(1, {});

  expect(asked).toEqual([]);
  expect(isLocalBuild({})).toBe(false);
});
