import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from './host/logger.ts';
import { type RuntimeOptions, startRuntime } from './runtime.ts';
import { createIamService } from './services/iam/index.ts';
import { createS3Service } from './services/s3/index.ts';
import { createStsService } from './services/sts/index.ts';
import { StateFolderInUse } from './store/state-lock.ts';

let stateFolder: string;
let options: RuntimeOptions;

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'stepmill-runtime-'));
  options = {
    stateFolder,
    port: 0,
    logger: silentLogger,
    factories: [createIamService, createStsService, createS3Service],
  };
});

afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

async function send(endpoint: string, method: string, path: string, body?: string) {
  const init = body === undefined ? { method } : { method, body };
  const answer = await fetch(`${endpoint}${path}`, init);
  return { status: answer.status, text: await answer.text() };
}

describe('the runtime', () => {
  it('has everything again after a restart', async () => {
    const first = await startRuntime(options);
    await send(first.endpoint, 'PUT', '/kept');
    await send(first.endpoint, 'PUT', '/kept/a%20key', 'content');
    await first.stop();

    const second = await startRuntime(options);
    const read = await send(second.endpoint, 'GET', '/kept/a%20key');
    await second.stop();

    expect(read).toEqual({ status: 200, text: 'content' });
  });

  it('keeps nothing when it is ephemeral', async () => {
    const runtime = await startRuntime({ ...options, ephemeral: true });
    await send(runtime.endpoint, 'PUT', '/kept');
    const folder = runtime.cloud.stateFolder;
    await runtime.stop();

    expect(existsSync(folder)).toBe(false);
  });

  it('does not start twice on one folder, and can after the first has stopped', async () => {
    const first = await startRuntime(options);

    await expect(startRuntime(options)).rejects.toThrow(StateFolderInUse);

    await first.stop();
    const again = await startRuntime(options);
    await again.stop();
  });

  it('leaves the folder free when its port is taken', async () => {
    const first = await startRuntime({ ...options, ephemeral: true });
    const port = Number(new URL(first.endpoint).port);

    await expect(startRuntime({ ...options, port })).rejects.toThrow(`Port ${port}`);

    const free = await startRuntime(options);
    await Promise.all([first.stop(), free.stop()]);
  });

  it('never lets time run backwards over a restart, however fast it went', async () => {
    const first = await startRuntime({ ...options, speed: 1_000_000 });
    await expect.poll(() => first.cloud.clock.now() - Date.now()).toBeGreaterThan(1_000_000);
    const before = first.cloud.clock.now();
    await first.stop();

    const second = await startRuntime(options);
    const after = second.cloud.clock.now();
    await second.stop();

    expect(after).toBeGreaterThanOrEqual(before);
  });
});
