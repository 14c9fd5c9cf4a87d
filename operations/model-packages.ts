import {
  ListModelPackagesCommand,
  type ModelApprovalStatus,
  type ModelPackageSummary,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { ProjectParameter } from '../events/index.ts';
import type { Clients } from './clients.ts';
import { Refusal } from './refusal.ts';

/** The package of that version; without one, the newest in the given status. */
export async function findModelPackage(
  connection: Clients,
  project: ProjectParameter,
  choice: { readonly version?: number; readonly status: ModelApprovalStatus },
): Promise<ModelPackageSummary & { readonly ModelPackageArn: string }> {
  const packages = await listModelPackages(connection, project);
  const found = packages.find(({ ModelPackageVersion, ModelApprovalStatus }) =>
    choice.version === undefined
      ? ModelApprovalStatus === choice.status
      : ModelPackageVersion === choice.version,
  );
  if (found?.ModelPackageArn !== undefined) {
    return { ...found, ModelPackageArn: found.ModelPackageArn };
  }
  const known = packages
    .map(
      ({ ModelPackageVersion, ModelApprovalStatus }) =>
        `${ModelPackageVersion} (${ModelApprovalStatus})`,
    )
    .join(', ');
  throw new Refusal(
    'version-not-found',
    `${project.modelPackageGroupName} has no ${choice.version === undefined ? `package that is ${choice.status}` : `version ${choice.version}`}; nothing was changed. ` +
      `Versions: ${known === '' ? 'none yet, upload data to train one' : `${known}; to take one of them, name it`}.`,
  );
}

/** Every version of the project's model, newest first. */
export async function listModelPackages(
  { sagemaker }: Clients,
  { modelPackageGroupName }: ProjectParameter,
): Promise<readonly ModelPackageSummary[]> {
  const { ModelPackageSummaryList = [] } = await sagemaker.send(
    new ListModelPackagesCommand({
      ModelPackageGroupName: modelPackageGroupName,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 100,
    }),
  );
  return ModelPackageSummaryList;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
const MAX_APPROVAL_DESCRIPTION_CHARACTERS = 1_024;

/** `ApprovalDescription` takes one line: `.*`. */
function oneLine(text: string): string | undefined {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  if (line.length > MAX_APPROVAL_DESCRIPTION_CHARACTERS) {
    throw new Refusal(
      'message-too-long',
      `The message has ${line.length} characters. A model package keeps up to ${MAX_APPROVAL_DESCRIPTION_CHARACTERS}: shorten it.`,
    );
  }
  return line === '' ? undefined : line;
}

/**
 * Approves or rejects a package.
 *
 * @param message why; its line breaks become spaces
 * @throws Refusal for a message that a package does not keep
 */
export async function decide(
  { sagemaker }: Clients,
  ModelPackageArn: string,
  ModelApprovalStatus: 'Approved' | 'Rejected',
  message: string | undefined,
): Promise<void> {
  const ApprovalDescription = message === undefined ? undefined : oneLine(message);
  await sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn,
      ModelApprovalStatus,
      ...(ApprovalDescription === undefined ? {} : { ApprovalDescription }),
    }),
  );
}
