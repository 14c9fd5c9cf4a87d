import type { CreateModelPackageInput, UpdateModelPackageInput } from '@aws-sdk/client-sagemaker';
import type { Constraint } from '../../../constraints.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { imageRule, judge, nameRule, s3UriRule } from '../request-rules.ts';
import {
  MAX_CONTAINERS,
  MAX_DESCRIPTION_CHARACTERS,
  MAX_METADATA_ENTRIES,
  MAX_METADATA_KEY_CHARACTERS,
  MAX_METADATA_VALUE_CHARACTERS,
} from './limits.ts';

const APPROVALS = ['Approved', 'PendingManualApproval', 'Rejected'];

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
  judge([
    ...(ModelPackageName === undefined ? [] : [nameRule('modelPackageName', ModelPackageName)]),
    ...approvalRules(input.ModelApprovalStatus),
    {
      member: 'modelPackageDescription',
      value: input.ModelPackageDescription,
      maximumLength: MAX_DESCRIPTION_CHARACTERS,
    },
    ...containerRules(input.InferenceSpecification),
    ...metadataRules(input.CustomerMetadataProperties),
  ]);
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

export function validateUpdate(input: UpdateModelPackageInput): void {
  judge([
    { member: 'modelPackageArn', value: input.ModelPackageArn, required: true },
    ...approvalRules(input.ModelApprovalStatus),
    {
      member: 'approvalDescription',
      value: input.ApprovalDescription,
      maximumLength: MAX_DESCRIPTION_CHARACTERS,
    },
    ...containerRules(input.InferenceSpecification),
    ...metadataRules(input.CustomerMetadataProperties),
  ]);
}

function approvalRules(value: string | undefined): readonly Constraint[] {
  return [{ member: 'modelApprovalStatus', value, oneOf: APPROVALS }];
}

function containerRules(
  specification: CreateModelPackageInput['InferenceSpecification'],
): readonly Constraint[] {
  if (specification === undefined) return [];
  const member = 'inferenceSpecification.containers';
  return [
    {
      member,
      value: specification.Containers,
      required: true,
      minimumLength: 1,
      maximumLength: MAX_CONTAINERS,
    },
    ...(specification.Containers ?? []).flatMap((container, index) => [
      imageRule(`${member}.${index + 1}.member.image`, container.Image),
      s3UriRule(`${member}.${index + 1}.member.modelDataUrl`, container.ModelDataUrl, false),
    ]),
  ];
}

export function metadataRules(
  metadata: Readonly<Record<string, string>> | undefined,
): readonly Constraint[] {
  const entries = Object.entries(metadata ?? {});
  return [
    {
      member: 'customerMetadataProperties',
      value: entries.length,
      maximum: MAX_METADATA_ENTRIES,
      printed: `${entries.length} entries`,
    },
    ...entries.flatMap(([key, value]): Constraint[] => [
      {
        member: 'customerMetadataProperties',
        value: key,
        maximumLength: MAX_METADATA_KEY_CHARACTERS,
      },
      {
        member: `customerMetadataProperties.${key}.member`,
        value,
        maximumLength: MAX_METADATA_VALUE_CHARACTERS,
      },
    ]),
  ];
}
