import { CfnResource, type Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { ProjectStorage } from './storage.ts';

/**
 * What a role needs of the bucket's key, by what it may do with objects. Uploads in parts are read again by S3:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
const needs = [
  { action: 's3:GetObject', ofKey: ['kms:Decrypt'] },
  { action: 's3:PutObject', ofKey: ['kms:Decrypt', 'kms:GenerateDataKey'] },
] as const;

/** Of jobs that name the key: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html */
const OF_NAMING_JOBS = 'kms:Encrypt';

/**
 * Gives each policy of a stack that reads or writes objects of the bucket what it needs of the bucket's key. One scan over all,
 * so that none is forgotten.
 *
 * @param jobRoles the construct with the roles of jobs, which get the key's name
 */
export function allowKey(
  stack: Stack,
  { bucket, key }: ProjectStorage,
  jobRoles: IConstruct,
): void {
  if (key === undefined) return;
  const bucketId = stack.getLogicalId(bucket.node.defaultChild as CfnResource);
  for (const policy of stack.node.findAll()) {
    if (!(policy instanceof Policy)) continue;
    const isOfJobs = policy.node.scopes.includes(jobRoles);
    const actions = listNeeds(stack, policy, bucketId);
    if (isOfJobs && actions.includes('kms:GenerateDataKey')) actions.push(OF_NAMING_JOBS);
    if (actions.length === 0) continue;
    policy.addStatements(new PolicyStatement({ actions, resources: [key.keyArn] }));
  }
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

function listNeeds(stack: Stack, policy: Policy, bucketId: string): string[] {
  const { Statement: statements = [] } = stack.resolve(policy.document.toJSON() ?? {}) as {
    readonly Statement?: readonly Statement[];
  };
  const actions = statements
    .filter(({ Resource }) => JSON.stringify(Resource).includes(`"${bucketId}"`))
    .flatMap(({ Action }) => Action);
  const found = needs
    .filter(({ action }) => actions.some((each) => each.startsWith(action)))
    .flatMap(({ ofKey }) => ofKey);
  return [...new Set<string>(found)];
}
