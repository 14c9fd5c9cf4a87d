import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ANSWER_MILLISECONDS,
  answer,
  type Outcome,
  type Patience,
  renderAnswer,
  patience as usual,
} from './answer.ts';
import { type TearDown, tearDown } from './tear-down.ts';

const patience: Patience = { attempts: 3, timeoutMilliseconds: 1_500, pauseMilliseconds: 1 };
const MINUTES_15 = 900_000;
/** The maximum time that an answer takes is reserved for it. */
const RESERVE = 30_000;

type Reaction = (response: ServerResponse) => void;

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Received {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Record<string, unknown>;
}

/** Where CloudFormation waits: reacts to each attempt in turn, to further ones as to the last. */
async function listen(...reactions: readonly Reaction[]) {
  const received: Received[] = [];
  const react = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse((await buffer(request)).toString()) as Record<string, unknown>;
    received.push({ method: request.method, contentType: request.headers['content-type'], body });
    (reactions[received.length - 1] ?? reactions.at(-1))?.(response);
  };
  const server = createServer((request, response) => void react(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/answer?signature=x`, received };
}

const reply =
  (status: number): Reaction =>
  (response) => {
    response.writeHead(status).end('<Error/>');
  };
const hang: Reaction = () => undefined;
const hangUp: Reaction = (response) => response.destroy();

function requestTo(url: string, more: object = {}) {
  return {
    RequestType: 'Delete',
    ResponseURL: url,
    StackId: 'arn:stack',
    RequestId: 'r-1',
    LogicalResourceId: 'Teardown',
    PhysicalResourceId: 'Teardown',
    ...more,
  };
}

function options(more: Partial<TearDown> = {}): TearDown {
  return {
    remove: async () => undefined,
    remainingMilliseconds: MINUTES_15,
    send: (address, outcome) => answer(address, outcome, patience),
    report: () => undefined,
    ...more,
  };
}

describe('the teardown function', () => {
  it.each(['Create', 'Update'])('answers %s and removes nothing', async (RequestType) => {
    const { url, received } = await listen(reply(200));
    let removals = 0;

    await tearDown(
      requestTo(url, { RequestType, PhysicalResourceId: undefined }),
      options({
        remove: async () => {
          removals += 1;
        },
      }),
    );

    expect(removals).toBe(0);
    expect(received).toEqual([
      {
        method: 'PUT',
        contentType: '',
        body: {
          Status: 'SUCCESS',
          Reason: '',
          PhysicalResourceId: 'Teardown',
          StackId: 'arn:stack',
          RequestId: 'r-1',
          LogicalResourceId: 'Teardown',
        },
      },
    ]);
  });

  it('keeps the physical id that it was given', async () => {
    const { url, received } = await listen(reply(200));

    await tearDown(requestTo(url, { PhysicalResourceId: 'generated-by-aws' }), options());

    expect(received[0]?.body).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'generated-by-aws',
    });
  });

  it.each<[string, Reaction]>([
    ['answers 500', reply(500)],
    ['answers 503', reply(503)],
    ['answers 429', reply(429)],
    ['hangs', hang],
    ['hangs up', hangUp],
  ])('answers again where CloudFormation %s', async (_what, reaction) => {
    const { url, received } = await listen(reaction, reaction, reply(200));

    await tearDown(requestTo(url), options());

    expect(received).toHaveLength(3);
    expect(received[2]?.body).toEqual(received[0]?.body);
  });

  it.each<[string, Reaction, number, string]>([
    ['is refused for good', reply(403), 1, 'status 403'],
    ['is never taken', reply(500), 3, 'status 500'],
    ['never ends', hang, 3, 'aborted due to timeout'],
  ])(
    'fails, so that Lambda calls it again, when its answer %s',
    async (_what, reaction, attempts, why) => {
      const { url, received } = await listen(reaction);

      await expect(tearDown(requestTo(url), options())).rejects.toThrow(
        new RegExp(`did not take the answer SUCCESS.*${why}`),
      );
      expect(received).toHaveLength(attempts);
    },
  );

  it('fails when nothing listens', async () => {
    await expect(tearDown(requestTo('http://127.0.0.1:1/'), options())).rejects.toThrow(
      /did not take the answer/,
    );
  });

  it('answers with the reason when something cannot be removed', async () => {
    const { url, received } = await listen(reply(200));
    const reports: unknown[] = [];

    await tearDown(
      requestTo(url),
      options({
        remove: async () => {
          throw new Error('The config c1 cannot be deleted.');
        },
        report: (_message, error) => reports.push(error),
      }),
    );

    expect(received[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: 'The config c1 cannot be deleted.',
    });
    expect(reports).toHaveLength(1);
  });

  it('leaves the removal the seconds that the answer does not need', async () => {
    const { url, received } = await listen(reply(200));

    await tearDown(
      requestTo(url),
      options({
        remainingMilliseconds: RESERVE + 1_000,
        remove: () => new Promise((resolve) => setTimeout(resolve, 30)),
      }),
    );

    expect(received[0]?.body).toMatchObject({ Status: 'SUCCESS' });
  });

  it('answers before its time is up, and stops', async () => {
    const { url, received } = await listen(reply(200));
    let stopped = false;

    await tearDown(
      requestTo(url),
      options({
        remainingMilliseconds: RESERVE + 50,
        remove: (signal) =>
          new Promise(() => signal.addEventListener('abort', () => (stopped = true))),
      }),
    );

    expect(stopped).toBe(true);
    expect(received[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('did not end within 0 seconds. Delete the stack again'),
    });
  });

  it('uses the time it has: fourteen and a half minutes of fifteen', async () => {
    const { url, received } = await listen(reply(200));

    await tearDown(
      requestTo(url),
      options({ remainingMilliseconds: RESERVE + 5_000, remove: () => sleep(100) }),
    );

    expect(received[0]?.body).toMatchObject({ Status: 'SUCCESS' });
    expect(ANSWER_MILLISECONDS).toBe(RESERVE);
  });

  it('has tried every answer by then, more than once', () => {
    const pauses = usual.pauseMilliseconds * (2 ** (usual.attempts - 1) - 1);

    const longest = usual.attempts * usual.timeoutMilliseconds + pauses;

    expect(longest).toBeLessThanOrEqual(ANSWER_MILLISECONDS);
    expect(usual.attempts).toBeGreaterThan(2);
    expect(usual.timeoutMilliseconds).toBeGreaterThanOrEqual(3_000);
    expect(usual.pauseMilliseconds).toBeGreaterThanOrEqual(500);
  });

  it('answers at once when no time is left', async () => {
    const { url, received } = await listen(reply(200));

    await tearDown(
      requestTo(url),
      options({ remainingMilliseconds: 10, remove: () => new Promise(() => undefined) }),
    );

    expect(received[0]?.body).toMatchObject({ Status: 'FAILED' });
  });

  it('answers a request of an unknown type', async () => {
    const { url, received } = await listen(reply(200));

    await tearDown(requestTo(url, { RequestType: 'Rename' }), options());

    expect(received[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('RequestType'),
    });
  });

  it('fails where there is no address to answer to', async () => {
    await expect(tearDown({ RequestType: 'Delete' }, options())).rejects.toThrow(/ResponseURL/);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
  it.each(['x'.repeat(100_000), '😀"\\\n'.repeat(20_000)])(
    'cuts a reason so that the answer has at most 4,096 bytes: %#',
    (reason) => {
      const outcome: Outcome = { status: 'FAILED', reason };

      const text = renderAnswer(requestTo('http://x/'), outcome);

      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
      expect(Buffer.byteLength(text)).toBeGreaterThan(3_000);
      expect(JSON.parse(text)).toMatchObject({ Status: 'FAILED', RequestId: 'r-1' });
    },
  );
});

// A client's error is the same on another attempt, except for 429, Too Many Requests.
it.each([
  [200, 1],
  [204, 1],
  [304, 3],
  [400, 1],
  [403, 1],
  [428, 1],
  [429, 3],
  [430, 1],
  [499, 1],
  [500, 3],
  [503, 3],
])('status %i ends the answer after %i attempts', async (status, attempts) => {
  const { url, received } = await listen(reply(status));

  await answer(requestTo(url), { status: 'SUCCESS' }, patience).catch(() => undefined);

  expect(received).toHaveLength(attempts);
});
