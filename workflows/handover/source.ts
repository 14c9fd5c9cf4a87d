import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { openForeignObjects } from '../bucket-key.ts';
import type { Names } from '../names.ts';
import type { ProjectResources } from '../project-resources.ts';

/** The environment whose approved models are copied. */
export interface HandoverSource {
  readonly account: string;
  readonly region: string;
  /** Of the same project there. */
  readonly names: Names;
}

/** What the states of a handover work with. */
export interface HandoverResources {
  readonly resources: ProjectResources;
  readonly source: HandoverSource;
  /** Whether a person approves what arrives. */
  readonly approval: boolean;
  readonly images: HandoverImages;
}

/** Images that are not SageMaker's. */
export interface HandoverImages {
  /** Reads and copies images, in steps. */
  readonly copyImage: IFunction;
  /** The accounts of the environments before, whose own images other accounts cannot pull. */
  readonly accounts: readonly string[];
  /** The repositories there whose images a package may name, as it names them. */
  readonly from: readonly string[];
  /** The repository that images are copied into; undefined where they stay where they are. */
  readonly to: string | undefined;
}

/** Whether archives stay where they are, in accounts before this one. */
export function isShared({ resources }: HandoverResources): boolean {
  return resources.sharedFrom !== undefined;
}

/** The role has a fixed name, so that policies of the source can name it before it exists. IAM's names have no region. */
export function nameHandoverRole({ qualified }: Names, region: string): string {
  return `${qualified}-handover-${region}`;
}

/** The group of the source as ARNs spell it: SageMaker has written names in ARNs as given and in lower case. */
export function sourcePackagePrefixes(
  scope: Construct,
  { account, names: { modelPackageGroup } }: HandoverSource,
): readonly string[] {
  const spellings = new Set([modelPackageGroup, modelPackageGroup.toLowerCase()]);
  return [...spellings].map((group) =>
    Stack.of(scope).formatArn({
      service: 'sagemaker',
      account,
      resource: 'model-package',
      resourceName: `${group}/`,
    }),
  );
}

/** Whether the source's bucket has a key of its own. */
function hasForeignKey({ resources: { keysFrom = [] }, source }: HandoverResources): boolean {
  return keysFrom.includes(source.account);
}

/** Whether copies have other entity tags than their sources: under a key of KMS they are no hash of the content. */
export function hasOwnTags(handover: HandoverResources): boolean {
  return handover.resources.key !== undefined || hasForeignKey(handover);
}

/** Reads objects of runs of the source, and what they are encrypted with. */
export function readObjects(
  scope: Construct,
  handover: HandoverResources,
): readonly PolicyStatement[] {
  return [
    readRuns(scope, handover, 's3:GetObject'),
    ...openForeignObjects(scope, hasForeignKey(handover) ? [handover.source.account] : []),
  ];
}

/** Reads runs of the source: the name of its bucket is known from the package only. */
export function readRuns(
  scope: Construct,
  { resources: { keys }, source }: HandoverResources,
  action: 's3:GetObject' | 's3:ListBucket',
): PolicyStatement {
  const bucket = `arn:${Stack.of(scope).partition}:s3:::*`;
  return new PolicyStatement({
    actions: [action],
    resources: [action === 's3:GetObject' ? `${bucket}/${keys.runs}*` : bucket],
    conditions: { StringEquals: { 'aws:ResourceAccount': source.account } },
  });
}
