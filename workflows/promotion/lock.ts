import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { executionArn, jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { callService } from '../tasks/index.ts';

/** The lock's content: whose it is. */
const lockBody = {
  owner: jsonata(executionArn),
  modelPackage: jsonata('$states.context.Execution.Input.modelPackageArn'),
  since: jsonata('$states.context.State.EnteredTime'),
};

function lockObject({ bucket, keys, names }: ProjectResources) {
  const key = `${keys.locks}${names.endpoint}.json`;
  return { Bucket: bucket.bucketName, Key: key, arn: bucket.arnForObjects(key) };
}

/** Takes the lock if nobody has it. */
export function claimEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  const { arn, ...object } = lockObject(resources);
  return callService(scope, 'Claim endpoint', {
    service: 's3',
    action: 'putObject',
    iamAction: 's3:PutObject',
    resources: [arn],
    comment: 'One promotion at a time: the lock is written only if it is not there',
    arguments: { ...object, IfNoneMatch: '*', ContentType: 'application/json', Body: lockBody },
    assign: { holdsLock: true },
  });
}

/** Who has it, and the version that says so. */
export function readLock(scope: Construct, resources: ProjectResources): CallAwsService {
  const { arn, ...object } = lockObject(resources);
  return callService(scope, 'Read lock', {
    service: 's3',
    action: 'getObject',
    iamAction: 's3:GetObject',
    resources: [arn],
    arguments: object,
    assign: {
      lock: jsonata('{"owner": $parse($states.result.Body).owner, "etag": $states.result.ETag}'),
    },
  });
}

export const isOurLock = Condition.jsonata(jsonata(`$lock.owner = ${executionArn}`));

/** Whether the owner still runs; an owner nobody knows does not. */
export function askAfterOwner(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Ask after the owner', {
    service: 'sfn',
    action: 'describeExecution',
    iamAction: 'states:DescribeExecution',
    resources: [
      Stack.of(scope).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${resources.names.promotionStateMachine}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    arguments: { ExecutionArn: jsonata('$lock.owner') },
    assign: { ownerStatus: jsonata('$states.result.Status') },
  });
}

export const ownerLives = Condition.jsonata(
  jsonata('$ownerStatus = "RUNNING" or $ownerStatus = "PENDING_REDRIVE"'),
);

/** Replaces the very lock that was read, so that of two who take over one succeeds. */
export function takeOverLock(scope: Construct, resources: ProjectResources): CallAwsService {
  const { arn, ...object } = lockObject(resources);
  return callService(scope, 'Take over lock', {
    service: 's3',
    action: 'putObject',
    iamAction: 's3:PutObject',
    resources: [arn],
    comment: 'The owner died holding it',
    arguments: {
      ...object,
      IfMatch: jsonata('$lock.etag'),
      ContentType: 'application/json',
      Body: lockBody,
    },
    assign: { holdsLock: true },
  });
}

/** Looks once more before the endpoint is touched: a redriven execution may have lost its lock. */
export function confirmLock(scope: Construct, resources: ProjectResources): CallAwsService {
  const { arn, ...object } = lockObject(resources);
  return callService(scope, 'Confirm lock', {
    service: 's3',
    action: 'getObject',
    iamAction: 's3:GetObject',
    resources: [arn],
    arguments: object,
    assign: {
      holdsLock: jsonata(
        `$parse($states.result.Body).owner = ${executionArn} ? true : $error("Another execution took the lock over. Nothing was changed.")`,
      ),
    },
  });
}

/** Gives the lock back. */
export function releaseLock(scope: Construct, resources: ProjectResources): CallAwsService {
  const { arn, ...object } = lockObject(resources);
  return callService(scope, 'Release lock', {
    service: 's3',
    action: 'deleteObject',
    iamAction: 's3:DeleteObject',
    resources: [arn],
    arguments: object,
    assign: { holdsLock: false },
  });
}

/** 412 and 409: somebody else was first. */
export const lockIsTaken = Condition.jsonata(
  jsonata('$contains($problem, /Status Code: (412|409)/)'),
);
