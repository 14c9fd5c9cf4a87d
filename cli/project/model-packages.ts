import {
  ListModelPackagesCommand,
  type ModelApprovalStatus,
  type ModelPackageSummary,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';
import type { ProjectResources } from './project-resources.ts';

/** The package of that version; without one, the newest in the given status. */
export async function findModelPackage(
  connection: Connection,
  project: ProjectResources,
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
  throw new UserError(
    `${project.modelPackageGroupName} has no ${choice.version === undefined ? `package that is ${choice.status}` : `version ${choice.version}`}; nothing was changed. ` +
      `Versions: ${known === '' ? 'none yet, upload data to train one' : known}.`,
  );
}

/** Every version of the project's model, newest first. */
export async function listModelPackages(
  { sagemaker }: Connection,
  { modelPackageGroupName }: ProjectResources,
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
    throw new UserError(
      `The message has ${line.length} characters. A model package keeps up to ${MAX_APPROVAL_DESCRIPTION_CHARACTERS}: shorten it.`,
    );
  }
  return line === '' ? undefined : line;
}

/**
 * Approves or rejects a package.
 *
 * @param message why; its line breaks become spaces
 * @throws UserError for a message that a package does not keep
 */
export async function decide(
  { sagemaker }: Connection,
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
