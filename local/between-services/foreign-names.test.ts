import { expect, it } from 'vitest';
import type { ServiceName } from '../cloud/service-name.ts';
import { createCodeBuildService } from '../services/codebuild/index.ts';
import { createEcrService } from '../services/ecr/index.ts';
import { createSageMakerService } from '../services/sagemaker/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createTestClouds } from '../testing/cloud.testing.ts';

const DEV = '111111111111';
const PROD = '222222222222';
const ABSENT = '333333333333';
const GROUP = 'model-package-group/churn';

const arn = (service: string, account: string, resource: string, region = 'us-east-1') =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

const clouds = createTestClouds(
  [createCodeBuildService, createEcrService, createSageMakerService, createSqsService],
  [DEV, PROD],
);

async function call(service: ServiceName, operation: string, input: object, account = DEV) {
  const caller = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
  return clouds.find(account)?.call(caller, service, operation, input);
}

/** What each account has, under the same names. */
const RESOURCES = [
  ['sqs', 'CreateQueue', { QueueName: 'jobs' }],
  ['ecr', 'CreateRepository', { repositoryName: 'trainer' }],
  ['sagemaker', 'CreateModelPackageGroup', { ModelPackageGroupName: 'churn' }],
] as const;

/**
 * Each would mean the caller's own resource if only the name in it counted. Between accounts AWS allows what a policy of the
 * resource allows, and none does here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
it.each([
  [
    'an account that is not here',
    'sagemaker',
    'DescribeModelPackageGroup',
    { ModelPackageGroupName: arn('sagemaker', ABSENT, GROUP) },
  ],
  [
    'a region that is not here',
    'sagemaker',
    'DeleteModelPackageGroup',
    { ModelPackageGroupName: arn('sagemaker', DEV, GROUP, 'eu-west-1') },
  ],
  [
    'a list of another account',
    'codebuild',
    'BatchGetProjects',
    { names: [arn('codebuild', PROD, 'project/p')] },
  ],
  [
    'a list of two accounts',
    'codebuild',
    'BatchGetProjects',
    { names: [arn('codebuild', DEV, 'project/p'), arn('codebuild', PROD, 'project/p')] },
  ],
  ['the URL of a queue', 'sqs', 'PurgeQueue', { QueueUrl: `http://localhost/${ABSENT}/jobs` }],
  [
    'the owner of a queue',
    'sqs',
    'GetQueueUrl',
    { QueueName: 'jobs', QueueOwnerAWSAccountId: PROD },
  ],
  ['the source of a move', 'sqs', 'StartMessageMoveTask', { SourceArn: arn('sqs', PROD, 'jobs') }],
  [
    'a repository',
    'ecr',
    'ListTagsForResource',
    { resourceArn: arn('ecr', PROD, 'repository/trainer') },
  ],
] as const)('refuses what names %s: %s %s', async (_, service, operation, input) => {
  for (const [of, create, resource] of RESOURCES) {
    for (const account of [DEV, PROD]) await call(of, create, resource, account).catch(() => {});
  }

  await expect(call(service, operation, input)).rejects.toMatchObject({
    code: expect.stringMatching(/^AccessDenied/),
    message: expect.stringContaining('no resource-based policy allows'),
  });
  const { ModelPackageGroupSummaryList } = (await call(
    'sagemaker',
    'ListModelPackageGroups',
    {},
  )) as {
    readonly ModelPackageGroupSummaryList: readonly unknown[];
  };
  expect(ModelPackageGroupSummaryList).toHaveLength(1);
});
