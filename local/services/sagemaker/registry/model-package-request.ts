import type { CreateModelPackageInput } from '@aws-sdk/client-sagemaker';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { MAX_METADATA_ENTRIES } from './limits.ts';

export function validateCreate(input: CreateModelPackageInput): void {
  const { ModelPackageGroupName, ModelPackageName } = input;
  if (ModelPackageGroupName !== undefined && ModelPackageName !== undefined) {
    throw new ValidationException(
      'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
    );
  }
  if (ModelPackageGroupName === undefined && ModelPackageName === undefined) {
    throw new ValidationException('Missing ARN.');
  }
  if (ModelPackageGroupName !== undefined && (input.Tags ?? []).length > 0) {
    throw new ValidationException(
      'Tags cannot be specified for a versioned model package. The tags of its model package group apply.',
    );
  }
  if (ModelPackageName !== undefined && input.ModelApprovalStatus !== undefined) {
    throw new ValidationException(
      'ModelApprovalStatus can only be specified for versioned model packages.',
    );
  }
  if (input.ValidationSpecification !== undefined) {
    throw new UnsupportedBySageMaker('ValidationSpecification (transform jobs that try a package)');
  }
}

/** Checks the number of metadata entries after an update, which may exceed that of one request. */
export function checkMetadata(metadata: Readonly<Record<string, string>> | undefined): void {
  if (Object.keys(metadata ?? {}).length <= MAX_METADATA_ENTRIES) return;
  throw new ValidationException(
    `A model package can have at most ${MAX_METADATA_ENTRIES} entries in CustomerMetadataProperties.`,
  );
}
