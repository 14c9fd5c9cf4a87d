import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../../host/logger.ts';
import { type Runtime, startRuntime } from '../../../runtime.ts';
import { Heard, JobTest, jobFactories } from '../../../testing/jobs.testing.ts';

const BUILDING_MS = 300_000;

let folder: string;
const runtimes: Runtime[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-resume-'));
});

afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(heard: Heard): Promise<JobTest> {
  const runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    port: 0,
    logger: silentLogger,
    factories: jobFactories(heard),
  });
  runtimes.push(runtime);
  const clientConfig = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    disableHostPrefix: true,
  };
  return new JobTest({ clientConfig }, heard);
}

it(
  'runs a job that was in progress when the runtime stopped again from its inputs',
  async () => {
    const before = new Heard();
    const test = await start(before);
    await test.prepare();
    const gate = join(folder, 'open');
    const script = `
import os, pathlib, time
pathlib.Path("/opt/ml/processing/result/half").write_text("half")
print("started")
while not os.path.exists(${JSON.stringify(gate)}):
    time.sleep(0.02)
pathlib.Path("/opt/ml/processing/result/whole").write_text("whole")
`;
    const name = await test.startProcessing(script);
    await expect.poll(() => before.output(name), { timeout: BUILDING_MS }).toEqual(['started']);

    await runtimes.pop()?.stop();
    await writeFile(gate, '');
    const after = new Heard();
    const again = await start(after);
    await after.until(name, ['Completed', 'Failed', 'Stopped']);

    expect(before.details(name).map((detail) => detail['ProcessingJobStatus'])).toEqual([
      'InProgress',
    ]);
    await expect.poll(() => after.output(name), { timeout: 10_000 }).toEqual(['started']);
    expect((await again.describeProcessing(name)).ProcessingJobStatus).toBe('Completed');
    expect(String(await again.read(`${name}/result/whole`))).toBe('whole');
  },
  BUILDING_MS,
);
