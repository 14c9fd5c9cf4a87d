import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { fingerprintArtifacts } from '../fingerprint.ts';
import { executionHash, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { modelPackageArns } from '../sagemaker-arn.ts';
import { callService } from '../tasks/index.ts';

const input = '$states.context.Execution.Input';

/** The newest approved package is what should be live, whichever approval started this. */
export function listApproved(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'List approved packages', {
    service: 'sagemaker',
    action: 'listModelPackages',
    iamAction: 'sagemaker:ListModelPackages',
    // ListModelPackages knows no resource.
    resources: ['*'],
    comment: 'Approvals that came meanwhile coalesce: the newest approved package wins',
    arguments: {
      ModelPackageGroupName: resources.names.modelPackageGroup,
      ModelApprovalStatus: 'Approved',
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 1,
    },
    assign: {
      candidate: jsonata(
        '($newest := $states.result.ModelPackageSummaryList[0]; $exists($newest) ? {"arn": $newest.ModelPackageArn, "version": $string($newest.ModelPackageVersion)} : {})',
      ),
    },
  });
}

/** A rejection of what is not live concerns nobody. */
export const rejectsAnother = Condition.jsonata(
  jsonata(
    `${input}.approvalStatus = "Rejected" and $not($exists($live.package) and $live.package = ${input}.modelPackageArn)`,
  ),
);
export const nothingApproved = Condition.jsonata(jsonata('$not($exists($candidate.arn))'));
export const alreadyLive = Condition.jsonata(
  jsonata('$exists($live.package) and $live.package = $candidate.arn'),
);
/** Going back needs no comparison: the live model was rejected. */
export const goesBack = `${input}.approvalStatus = "Rejected"`;

export function readCandidate(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names } = resources;
  return callService(scope, 'Read candidate', {
    service: 'sagemaker',
    action: 'describeModelPackage',
    iamAction: 'sagemaker:DescribeModelPackage',
    resources: modelPackageArns(scope, resources.names),
    arguments: { ModelPackageName: jsonata('$candidate.arn') },
    assign: {
      candidate: jsonata(`(
  $containers := $states.result.InferenceSpecification.Containers;
  $metadata := $states.result.CustomerMetadataProperties;
  $merge([$candidate, {
    "complete": $count($containers) = 2 and $exists($metadata.folder) and $exists($metadata.fingerprint),
    "folder": $exists($metadata.folder) ? $metadata.folder : "",
    "fingerprint": $metadata.fingerprint,
    "champion": $metadata.champion,
    "preprocessor": $containers[0].ModelDataUrl,
    "model": $containers[1].ModelDataUrl,
    "metrics": $join($each($metadata, function($value, $key) { $contains($key, /^metric\\./) ? $substringAfter($key, "metric.") & " " & $value }), ", ")
  }])
)`),
      release: jsonata(
        `{"name": ${quote(names.releasePrefix)} & $candidate.version & "-" & ${executionHash}}`,
      ),
    },
  });
}

export const isComplete = Condition.jsonata(jsonata('$candidate.complete'));

export function fingerprintCandidate(
  scope: Construct,
  resources: ProjectResources,
): CallAwsService {
  return fingerprintArtifacts(scope, 'Fingerprint candidate', resources, {
    folder: '$candidate.folder',
    assign: 'fingerprint',
  });
}

export const isWhatWasEvaluated = Condition.jsonata(
  jsonata('$exists($fingerprint) and $fingerprint = $candidate.fingerprint'),
);
