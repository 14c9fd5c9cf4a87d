import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FunctionOutcome, FunctionSandbox } from './sandbox.ts';

let sandbox: FunctionSandbox;

beforeEach(() => {
  sandbox = new FunctionSandbox();
});

afterEach(async () => {
  vi.useRealTimers();
  await sandbox.stop();
});

const run = (body: string, event: object = {}): Promise<FunctionOutcome> =>
  sandbox.run(Buffer.from(`function handler(event) { ${body} }`), event);

it('ends a function that takes all memory, and runs the next one', async () => {
  const hungry = await run('const all = []; for (;;) all.push(new Array(100000).fill(1.5));');
  const next = await run('return event;', { a: 1 });

  expect(hungry).toMatchObject({ kind: 'error', reason: expect.stringContaining('memory') });
  expect(next).toEqual({ kind: 'result', result: { a: 1 }, lines: [] });
});

it('ends what runs when the runtime ends', async () => {
  const endless = run('for (;;) {}');

  await sandbox.stop();

  expect(await endless).toEqual({ kind: 'error', reason: 'the runtime ends' });
});

it('waits five seconds for a thread that does not answer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let outcome: FunctionOutcome | undefined;
  const endless = run('for (;;) {}').then((ended) => {
    outcome = ended;
  });

  await vi.advanceTimersByTimeAsync(4_999);
  const before = outcome;
  await vi.advanceTimersByTimeAsync(1);
  await endless;

  expect([before, outcome]).toEqual([
    undefined,
    { kind: 'error', reason: 'the function ran too long' },
  ]);
});
