import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processEnvironment } from '../../../processes/index.ts';
import type { SandboxCommand } from './sandbox-process.ts';
import { SpareNode } from './spare-node.ts';

const LONG_MS = 60_000;
const PATIENCE_MS = 10_000;

let folder: string;
let spares: SpareNode;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-spare-'));
  // Says that it runs; as the runtime of functions does, it waits for its settings.
  writeFileSync(
    join(folder, 'program.mjs'),
    `import { writeFileSync } from 'node:fs';
     import net from 'node:net';
     writeFileSync(${JSON.stringify(join(folder, 'pid-'))} + process.pid, process.argv.slice(2).join());
     const chunks = [];
     for await (const chunk of new net.Socket({ fd: 3, readable: true })) chunks.push(chunk);
     process.stdout.write(Buffer.concat(chunks).toString() + '\\n' + JSON.stringify(process.env));`,
  );
  spares = new SpareNode(LONG_MS);
});

afterEach(() => {
  spares.stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function command(heapMb: number, own: Readonly<Record<string, string>> = {}): SandboxCommand {
  return {
    command: process.execPath,
    args: [`--max-old-space-size=${heapMb}`, join(folder, 'program.mjs')],
    folder,
    environment: processEnvironment({ home: folder, own, aws: AWS }),
  };
}

const AWS = {
  region: 'us-east-1',
  endpoint: undefined,
  session: { AccessKeyId: 'ASIAKEY', SecretAccessKey: 'secret', SessionToken: 'token' },
};

async function outputOf(process: ReturnType<SpareNode['take']>): Promise<string> {
  const chunks = (await process?.stdout.toArray()) ?? [];
  return Buffer.concat(chunks as Buffer[]).toString();
}

/** The id of the spare process once it runs. */
function started(): Promise<number> {
  return vi.waitFor(() => {
    const [name = ''] = readdirSync(folder).filter((one) => one.startsWith('pid-'));
    const pid = Number(name.slice('pid-'.length));
    expect(pid).toBeGreaterThan(0);
    return pid;
  }, PATIENCE_MS);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a spare Node.js process', () => {
  it('is started only once there was a function', () => {
    spares.prepare();

    expect(spares.take(command(50))).toBeUndefined();
  });

  it('gets the environment and the folder of the function when it is taken, and no session before', async () => {
    spares.take(command(50));
    spares.prepare();
    const [settings = '', environment = ''] = (
      await outputOf(spares.take(command(50, { COLOUR: 'red' })))
    ).split('\n');

    expect(JSON.parse(settings)).toMatchObject({
      folder,
      environment: { COLOUR: 'red', AWS_SESSION_TOKEN: 'token' },
    });
    expect(environment).not.toContain('ASIAKEY');
    expect(environment).not.toContain('COLOUR');
  });

  it('is one at a time, and is taken once', async () => {
    spares.take(command(50));
    spares.prepare();
    spares.prepare();
    const taken = spares.take(command(50));

    expect(taken?.pid).toBeGreaterThan(0);
    expect(spares.take(command(50))).toBeUndefined();
    await outputOf(taken);
  });

  it.each<[what: string, heapMb: number, own: Readonly<Record<string, string>>]>([
    ['another heap', 60, {}],
    ['variables that Node.js reads at its start', 50, { NODE_OPTIONS: '--no-warnings' }],
    ['variables that libraries read at their start', 50, { LD_PRELOAD: '' }],
    ['another time zone', 50, { TZ: 'Asia/Tokyo' }],
    ['another home', 50, { HOME: '/tmp/other' }],
  ])('is not for a function with %s', (_, heapMb, own) => {
    spares.take(command(50));
    spares.prepare();

    expect(spares.take(command(heapMb, own))).toBeUndefined();
    // It still waits for the function that changed last.
    spares.prepare();
    expect(spares.take(command(50))).toBeDefined();
  });

  it('is replaced by one for another function that has changed', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    spares.take(command(50));
    spares.prepare();
    spares.take(command(60));
    spares.refillSoon();
    // Another function starts in the meantime.
    spares.take(command(70));
    vi.advanceTimersByTime(LONG_MS / 2);

    expect(spares.take(command(50))).toBeUndefined();
    expect(spares.take(command(60))).toBeDefined();
  });

  it.each<[when: string, end: () => void]>([
    ['when it is not needed', () => vi.advanceTimersByTime(LONG_MS)],
    ['with the runtime', () => spares.stop()],
  ])('ends %s', async (_, end) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    spares.take(command(50));
    spares.prepare();
    const pid = await started();
    vi.advanceTimersByTime(LONG_MS / 2);
    // It waits again from now on.
    spares.prepare();
    vi.advanceTimersByTime(LONG_MS / 2);
    expect(isRunning(pid)).toBe(true);
    end();

    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
    expect(spares.take(command(50))).toBeUndefined();
  });

  it('is not started after the end of the runtime', () => {
    spares.take(command(50));
    spares.stop();
    spares.prepare();

    expect(spares.take(command(50))).toBeUndefined();
  });

  it('that has ended by itself is not taken', async () => {
    spares.take(command(50));
    spares.prepare();
    const pid = await started();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));

    expect(spares.take(command(50))).toBeUndefined();
  });

  it('is replaced a moment after it was taken', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    spares.take(command(50));
    spares.refillSoon();
    vi.advanceTimersByTime(LONG_MS / 2);
    expect(spares.take(command(50))).toBeUndefined();

    spares.prepare();
    const first = spares.take(command(50));
    spares.refillSoon();
    expect(spares.take(command(50))).toBeUndefined();
    vi.advanceTimersByTime(LONG_MS / 2);
    const second = spares.take(command(50));

    expect(second?.pid).not.toBe(first?.pid);
    expect(second?.pid).toBeGreaterThan(0);
    await Promise.all([first, second].flatMap((each) => (each ? [once(each, 'exit')] : [])));
  });
});
