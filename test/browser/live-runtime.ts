import { decide, findModelPackage, startTraining } from '../../operations/index.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';
import { liveProject } from './live-project.ts';

const ROWS = 1_200;

/** A runtime whose project has a live model, and a second version of the same data that begins to replace it. */
export async function startLive(): Promise<ConsoleRuntime> {
  const runtime = await startConsole({ project: liveProject });
  const { slice } = runtime;
  const { connection, project, trainings, promotions } = slice;
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  const settings = { algorithm: 'random-forest' };
  await trainings.end(await startTraining(connection, project, { settings }));
  await promotions.end(await approve(slice, 1));
  await approve(slice, 2);
  return runtime;
}

/** Gives the promotion that the approval has started. */
async function approve({ connection, project, promotions }: Slice, version: number) {
  const { ModelPackageArn } = await findModelPackage(connection, project, {
    version,
    status: 'PendingManualApproval',
  });
  await decide(connection, ModelPackageArn, 'Approved', 'Good enough');
  return promotions.begunBy(ModelPackageArn);
}
