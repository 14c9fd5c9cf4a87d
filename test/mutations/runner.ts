import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createVitest } from 'vitest/node';
import { PORT_VARIABLE, type TestAnswer, type TestRequest } from './protocol.ts';

/**
 * Runs tests for `main.ts`, in a process of its own, because a mutant may loop for ever: the working folder is
 * the copy. A message says which file has changed and which test to run; the answer says whether it failed.
 */

/** A test that hangs fails earlier than in a normal run; the slowest takes 15 s. */
const TEST_TIMEOUT_MS = 40_000;

let waiting: ServerResponse | undefined;
let request: TestRequest | undefined;

const server = createServer((asked, response) => void answerWorker(asked, response));
server.listen(0, '127.0.0.1', start);
process.on('disconnect', () => process.exit(1));
process.on('message', (received: TestRequest) => {
  request = received;
  giveTest();
});

/** Any small test file starts the worker. */
async function start(): Promise<void> {
  process.env[PORT_VARIABLE] = String((server.address() as AddressInfo).port);
  const vitest = await createVitest('test', { watch: false, project: ['unit'], reporters: [{}] });
  const [project] = vitest.projects;
  if (project === undefined) throw new Error('vitest.config.ts has no project "unit".');
  Object.assign(project.config, {
    runner: resolve(process.argv[2] ?? ''),
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    maxWorkers: 1,
  });
  invalidate = (file) => vitest.invalidateFile(file);
  await vitest.runTestSpecifications([
    project.createSpecification(resolve('engine/index.test.ts')),
  ]);
  process.exit(1);
}

let invalidate: (file: string) => void = () => undefined;

async function answerWorker(asked: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of asked) body += String(chunk);
  const answer = JSON.parse(body) as TestAnswer | null;
  waiting = response;
  process.send?.(answer ?? 'ready');
  giveTest();
}

function giveTest(): void {
  if (request === undefined || waiting === undefined) return;
  const changed = request.changed.map((file) => resolve(file));
  for (const file of changed) invalidate(file);
  const { only } = request;
  waiting.end(JSON.stringify({ changed, test: resolve(request.test), only } satisfies TestRequest));
  request = undefined;
  waiting = undefined;
}
