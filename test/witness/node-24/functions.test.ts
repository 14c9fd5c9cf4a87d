import { execFile } from 'node:child_process';
import { mkdtemp, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addProjectStacks } from '../../../infra/app.ts';
import { decide, findModelPackage } from '../../../operations/index.ts';
import { abalone } from '../../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../../projects/abalone/sample.ts';
import { removeFolder } from '../../remove-folder.ts';
import { ChildRuntime } from '../../slice/child-runtime.ts';
import { prepareNode24 } from './node-24.ts';

const run = promisify(execFile);

let node: string;
let folder: string;
let runtime: ChildRuntime;

beforeAll(async () => {
  node = await prepareNode24();
  folder = await mkdtemp(join(tmpdir(), 'stepmill-node-24-'));
  const app = new App({ outdir: join(folder, 'assembly') });
  addProjectStacks(app, [abalone]);
  app.synth();
  runtime = await ChildRuntime.start(join(folder, 'state'), join(folder, 'assembly'), { node });
}, 600_000);

afterAll(async () => {
  await runtime?.stop();
  await removeFolder(folder);
});

it('runs every function of the app on Node.js 24, from the upload to a live model', async () => {
  const { slice } = runtime;

  // Provisioning has succeeded, so the teardown function ran. The upload runs inspection and observer.
  const training = await slice.trained(await slice.upload('sample.csv', generateAbaloneSample(3)));
  expect(training).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'Registered' } });
  const { ModelPackageArn } = await findModelPackage(slice.connection, slice.project, {
    status: 'PendingManualApproval',
  });
  await decide(slice.connection, ModelPackageArn, 'Approved', 'on Node.js 24');
  // The smoke test is also a function.
  const promotion = await slice.promotions.end(await slice.promotions.begunBy(ModelPackageArn));

  expect(promotion.status).toBe('SUCCEEDED');
  expect(await programsOf(await runtime.descendants())).toContain(node);
});

it('is Node.js 24', async () => {
  const { stdout } = await run(node, ['--version']);

  expect(stdout).toMatch(/^v24\./);
});

/** The programs of processes, without processes that have ended. */
async function programsOf(pids: readonly number[]): Promise<readonly string[]> {
  const programs = await Promise.all(
    pids.map((pid) => readlink(`/proc/${pid}/exe`).catch(() => '')),
  );
  return programs.filter((program) => program !== '');
}
