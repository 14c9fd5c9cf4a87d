import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';
import { liveProject } from './live-project.ts';

const ROWS = [1_200, 1_600];

/** A runtime whose project has a live model, and a second version that begins to replace it. */
export async function startLive(): Promise<ConsoleRuntime> {
  const runtime = await startConsole({ project: liveProject });
  const { slice } = runtime;
  await Promise.all(
    ROWS.map(async (rows, index) =>
      slice.trained(await slice.upload(`sample-${index}.csv`, generateAbaloneSample(index, rows))),
    ),
  );
  await slice.promotions.end(await approve(slice, 1));
  await approve(slice, 2);
  return runtime;
}

/** Gives the promotion that the approval has started. */
async function approve({ connection, project, promotions }: Slice, version: number) {
  const { modelPackageGroupName } = project;
  const [, , , region, account] = project.trainingStateMachineArn.split(':');
  const arn = `arn:aws:sagemaker:${region}:${account}:model-package/${modelPackageGroupName}/${version}`;
  await connection.sagemaker.send(
    new UpdateModelPackageCommand({ ModelPackageArn: arn, ModelApprovalStatus: 'Approved' }),
  );
  return promotions.begunBy(arn);
}
