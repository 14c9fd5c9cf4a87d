import type { ProjectParameter } from '../events/index.ts';
import type { Clients } from './clients.ts';
import { findLiveModel } from './live-model.ts';
import { listModelPackages } from './model-packages.ts';
import { Refusal } from './refusal.ts';

/**
 * The package to reject so that the one approved before it comes back: the live one.
 *
 * @throws Refusal when no package is live, or when there is none to go back to
 */
export async function findRollback(
  connection: Clients,
  project: ProjectParameter,
): Promise<string> {
  const live = await (await findLiveModel(connection, project))?.packageOf();
  if (live === undefined) {
    throw new Refusal(
      'no-live-model',
      `No model package is live on ${project.endpointName}, so there is nothing to go back from; nothing was changed. Approve the version that should serve.`,
    );
  }
  const packages = await listModelPackages(connection, project);
  const others = packages.filter(
    ({ ModelPackageArn, ModelApprovalStatus }) =>
      ModelPackageArn !== live && ModelApprovalStatus === 'Approved',
  );
  if (others.length === 0) {
    throw new Refusal(
      'nothing-to-go-back-to',
      `${live} is live and no other package is approved, so there is nothing to go back to; nothing was changed. ` +
        'Approve the version that should serve.',
    );
  }
  return live;
}
