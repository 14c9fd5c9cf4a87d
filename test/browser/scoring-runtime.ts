import { defineProject } from '../../definition/index.ts';
import { decide, findModelPackage } from '../../operations/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';

const ROWS = 1_200;

/** Abalone with everything that a project need not have, and rollouts that are short. */
export const watchedProject = defineProject({
  ...abalone,
  scoring: {},
  serving: {
    ...abalone.serving,
    rollout: { type: 'all-at-once', bakeSeconds: 60, executionTimeoutSeconds: 3_600 },
  },
});

/** A runtime whose project scores files and has a live model. */
export async function startScoring(): Promise<ConsoleRuntime> {
  const runtime = await startConsole({ project: watchedProject });
  const { slice } = runtime;
  const { connection, project, promotions } = slice;
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  const { ModelPackageArn } = await findModelPackage(connection, project, {
    version: 1,
    status: 'PendingManualApproval',
  });
  await decide(connection, ModelPackageArn, 'Approved', 'Good enough');
  await promotions.end(await promotions.begunBy(ModelPackageArn));
  return runtime;
}
