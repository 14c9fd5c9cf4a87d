import { type Constraint, describeViolations } from '../../constraints.ts';
import { ResourceLimitExceeded, UnsupportedBySageMaker, ValidationException } from './errors.ts';
import {
  ENVIRONMENT_NAME_PATTERN,
  IMAGE_PATTERN,
  MAX_COMMAND_CHARACTERS,
  MAX_COMMAND_ITEMS,
  MAX_IMAGE_CHARACTERS,
  MAX_INSTANCES,
  MAX_NAME_CHARACTERS,
  MAX_S3_URI_CHARACTERS,
  MAX_VOLUME_GIGABYTES,
  NAME_PATTERN,
  ROLE_ARN_PATTERN,
  S3_URI_PATTERN,
} from './limits.ts';

/** @throws ValidationException that lists every constraint broken, in AWS's words */
export function judge(constraints: readonly Constraint[]): void {
  const violations = describeViolations(constraints);
  if (violations !== undefined) throw new ValidationException(violations);
}

export function nameRule(member: string, value: string | undefined): Constraint {
  return {
    member,
    value,
    required: true,
    maximumLength: MAX_NAME_CHARACTERS,
    pattern: NAME_PATTERN,
  };
}

export function roleRule(value: string | undefined): Constraint {
  return {
    member: 'roleArn',
    value,
    required: true,
    minimumLength: 20,
    maximumLength: 2_048,
    pattern: ROLE_ARN_PATTERN,
  };
}

export function s3UriRule(member: string, value: string | undefined, required = true): Constraint {
  return {
    member,
    value,
    required,
    maximumLength: MAX_S3_URI_CHARACTERS,
    pattern: S3_URI_PATTERN,
  };
}

export function imageRule(member: string, value: string | undefined): Constraint {
  return { member, value, maximumLength: MAX_IMAGE_CHARACTERS, pattern: IMAGE_PATTERN };
}

export function commandRules(member: string, items: readonly string[] | undefined): Constraint[] {
  return [
    { member, value: items, minimumLength: 1, maximumLength: MAX_COMMAND_ITEMS },
    ...(items ?? []).map((value, index) => ({
      member: `${member}.${index + 1}.member`,
      value,
      maximumLength: MAX_COMMAND_CHARACTERS,
    })),
  ];
}

export function environmentRules(
  environment: Readonly<Record<string, string>> | undefined,
  limits: { readonly entries: number; readonly characters: number },
): Constraint[] {
  const entries = Object.entries(environment ?? {});
  return [
    {
      member: 'environment',
      value: entries.length,
      maximum: limits.entries,
      printed: `${entries.length} entries`,
    },
    ...entries.flatMap(([name, value]): Constraint[] => [
      {
        member: 'environment',
        value: name,
        maximumLength: limits.characters,
        pattern: ENVIRONMENT_NAME_PATTERN,
      },
      { member: `environment.${name}.member`, value, maximumLength: limits.characters },
    ]),
  ];
}

/** Instances of a job, as both kinds of job describe them. */
export interface Instances {
  readonly InstanceCount?: number | undefined;
  readonly InstanceType?: string | undefined;
  readonly VolumeSizeInGB?: number | undefined;
}

export function instanceRules(member: string, instances: Instances | undefined): Constraint[] {
  return [
    {
      member: `${member}.instanceCount`,
      value: instances?.InstanceCount,
      required: true,
      minimum: 1,
      maximum: MAX_INSTANCES,
    },
    { member: `${member}.instanceType`, value: instances?.InstanceType, required: true },
    {
      member: `${member}.volumeSizeInGB`,
      value: instances?.VolumeSizeInGB,
      required: true,
      minimum: 1,
      maximum: MAX_VOLUME_GIGABYTES,
    },
  ];
}

/** A new account's quota for accelerators is 0: such a job would be refused there too. */
const ACCELERATED = /^ml\.(?:p|g|trn|inf|dl)\d/;

/**
 * @throws ResourceLimitExceeded for instances with a quota of 0
 * @throws UnsupportedBySageMaker for more than one instance
 */
export function checkInstances(instances: Instances, kind: 'processing' | 'training'): void {
  const { InstanceType = '', InstanceCount = 1 } = instances;
  if (ACCELERATED.test(InstanceType)) {
    throw new ResourceLimitExceeded(
      `The account-level service limit '${InstanceType} for ${kind} job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of ${InstanceCount} Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
    );
  }
  if (InstanceCount > 1) {
    throw new UnsupportedBySageMaker(`a ${kind} job on ${InstanceCount} instances (one only)`);
  }
}
