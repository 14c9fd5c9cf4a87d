import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ProjectResources } from './project-resources.ts';

/**
 * The key with which a job of SageMaker writes its results. Without it SageMaker takes `aws/s3`, whatever the bucket's default is:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
 */
export function nameBucketKey({ key }: Pick<ProjectResources, 'key'>): {
  readonly KmsKeyId?: string;
} {
  return key === undefined ? {} : { KmsKeyId: key.keyArn };
}

/** KMS knows S3 by this name in the condition `kms:ViaService`. */
export function viaS3(scope: Construct) {
  const { region, urlSuffix } = Stack.of(scope);
  return { StringEquals: { 'kms:ViaService': `s3.${region}.${urlSuffix}` } };
}

/**
 * Reads objects under keys of other accounts, through S3. Ids of keys are not known before they are made: the policy of a key
 * names who may use it.
 */
export function openForeignObjects(
  scope: Construct,
  accounts: readonly string[],
): readonly PolicyStatement[] {
  if (accounts.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: accounts.map((account) => keysOf(scope, account)),
      conditions: viaS3(scope),
    }),
  ];
}

/** All keys of an account. */
export function keysOf(scope: Construct, account: string): string {
  return Stack.of(scope).formatArn({
    service: 'kms',
    account,
    resource: 'key',
    resourceName: '*',
  });
}
