import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { callService } from '../tasks/index.ts';

/** Whose content it is: the run that trains on it. */
const claimBody = {
  execution: jsonata(executionArn),
  datasetId: jsonata('$dataset.id'),
  claimedAt: jsonata('$states.context.State.EnteredTime'),
};

/**
 * The same bytes with the same code version give the same model, under whatever name and version
 * they were uploaded; so content is claimed, too, once it is known.
 */
function contentObject({ bucket, keys, code }: ProjectResources) {
  return {
    Bucket: bucket.bucketName,
    Key: jsonata(
      `${quote(`${keys.runs}contents/`)} & $inspection.sha256 & ${quote(`-${code.version}.json`)}`,
    ),
  };
}

function contentArn({ bucket, keys }: ProjectResources): string {
  return bucket.arnForObjects(`${keys.runs}contents/*`);
}

/** Writes the claim only if no run has. */
export function claimContent(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Claim content', {
    service: 's3',
    action: 'putObject',
    iamAction: 's3:PutObject',
    resources: [contentArn(resources)],
    comment: 'The same content uploaded again is not trained on again',
    arguments: {
      ...contentObject(resources),
      IfNoneMatch: '*',
      ContentType: 'application/json',
      Body: claimBody,
    },
  });
}

/** Which run has it, and the version that says so. */
export function readContentClaim(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Read content claim', {
    service: 's3',
    action: 'getObject',
    iamAction: 's3:GetObject',
    resources: [contentArn(resources)],
    arguments: contentObject(resources),
    assign: {
      claim: jsonata(
        '{"execution": $parse($states.result.Body).execution, "etag": $states.result.ETag}',
      ),
    },
  });
}

/** How that run stands; one that nobody knows any more counts for nothing. */
export function askAfterClaimant(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Ask after that run', {
    service: 'sfn',
    action: 'describeExecution',
    iamAction: 'states:DescribeExecution',
    resources: [
      Stack.of(scope).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${resources.names.trainingStateMachine}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    arguments: { ExecutionArn: jsonata('$claim.execution') },
    assign: { claimantStatus: jsonata('$states.result.Status') },
  });
}

/** Whether that run has trained on the content, or is about to. */
export const isTrainedOn = Condition.jsonata(
  jsonata('$claimantStatus in ["SUCCEEDED", "RUNNING", "PENDING_REDRIVE"]'),
);

/** Replaces the very claim that was read: the run that made it failed, so this one may try. */
export function takeOverContent(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Take over content', {
    service: 's3',
    action: 'putObject',
    iamAction: 's3:PutObject',
    resources: [contentArn(resources)],
    comment: 'The run that claimed it failed',
    arguments: {
      ...contentObject(resources),
      IfMatch: jsonata('$claim.etag'),
      ContentType: 'application/json',
      Body: claimBody,
    },
  });
}
