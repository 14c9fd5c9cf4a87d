import { type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findTrial, isEndpoint } from '../../../definition/index.ts';
import { when } from '../../choice.ts';
import { approvalDescription, metadataValue } from '../../field-text.ts';
import { executionHash, jsonata, quote } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import { modelPackageArns } from '../../sagemaker-arn.ts';
import { bucketOf, readSharedArchives } from '../../shared-archives.ts';
import { callService, describePackage, fingerprintArchives, listPages } from '../../tasks/index.ts';
import { trialRelease } from './trial-role.ts';

const input = '$states.context.Execution.Input';

/** The newest approved package is what should be live, whichever approval started this. */
export function listApproved(
  scope: Construct,
  resources: ProjectResources,
  ways: { readonly next: IChainable; readonly guard: (task: CallAwsService) => unknown },
): CallAwsService {
  return listPages(scope, 'List approved packages', {
    ...ways,
    ids: { question: 'More approved packages?', more: 'List more approved packages' },
    service: 'sagemaker',
    action: 'listModelPackages',
    // ListModelPackages knows no resource.
    resources: ['*'],
    comment: 'Approvals that came while this one waited coalesce: the newest approved package wins',
    arguments: {
      ModelPackageGroupName: resources.names.modelPackageGroup,
      ModelApprovalStatus: 'Approved',
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: hasTrial(resources) ? 100 : 1,
    },
    ...(hasTrial(resources) ? candidateAndChampion : candidateAlone),
  });
}

const page = '$states.result.ModelPackageSummaryList';
const newest = `(
  $newest := ${page}[0];
  $exists($newest)
    ? {"arn": $newest.ModelPackageArn, "version": $string($newest.ModelPackageVersion)}
    : {}
)`;
const isChampionHere = `($exists($live.package) and $live.package in ${page}.ModelPackageArn)`;
const candidate = { first: newest, more: `$exists($candidate.arn) ? $candidate : ${newest}` };

/** Pages are read until the newest is known. */
const candidateAlone = {
  assign: { candidate },
  while: '$not($exists($candidate.arn))',
};

/** Beside it: whether the live model is approved, as it must be for another to be tried beside it. */
const candidateAndChampion = {
  assign: {
    championApproved: { first: isChampionHere, more: `$championApproved or ${isChampionHere}` },
    candidate,
  },
  while: '$not($exists($candidate.arn)) or ($exists($live.package) and $not($championApproved))',
};

function hasTrial({ project }: ProjectResources): boolean {
  return findTrial(project.serving) !== undefined;
}

/** Takes back the approval of the model on trial, whose time is up or which set off an alarm. */
export function withdrawChallenger(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Withdraw challenger', {
    service: 'sagemaker',
    action: 'updateModelPackage',
    resources: modelPackageArns(scope, resources.names),
    arguments: {
      ModelPackageArn: jsonata(`${input}.modelPackageArn`),
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: jsonata(
        approvalDescription(`"Stepmill: the trial ended. " & ${input}.reason`),
      ),
      CustomerMetadataProperties: {
        promotion: 'Withdrawn',
        promotionReason: jsonata(metadataValue(`${input}.reason`)),
      },
    },
    assign: { decided: true },
  });
}

/** A rejection of what is not live changes nothing. */
export const rejectsAnother = when(
  `${input}.approvalStatus = "Rejected" and $not($exists($live.package) and $live.package = ${input}.modelPackageArn)`,
);
export const nothingApproved = when('$not($exists($candidate.arn))');
export const alreadyLive = '$exists($live.package) and $live.package = $candidate.arn';
/** Going back needs no comparison: the live model was rejected. */
export const goesBack = `${input}.approvalStatus = "Rejected"`;

/** `mse 4.1, mae 1.5`: the metrics that training wrote into the metadata. */
const metricsInMetadata = `$join($each($metadata, function($value, $key) {
      $contains($key, /^metric\\./) ? $substringAfter($key, "metric.") & " " & $value
    }), ", ")`;

export function readCandidate(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, project } = resources;
  const complete = [
    `$count($containers) = ${containerCounts[project.registry.packaging]}`,
    '$exists($metadata.folder)',
    '$exists($metadata.fingerprint)',
  ].join(' and ');
  const name = `${quote(names.releasePrefix)} & $candidate.version & "-" & ${executionHash}`;
  return describePackage(scope, 'Read candidate', resources, {
    arn: '$candidate.arn',
    assign: {
      candidate: jsonata(`(
  $containers := $states.result.InferenceSpecification.Containers;
  $metadata := $states.result.CustomerMetadataProperties;
  $merge([$candidate, {
    "complete": ${complete},
    "folder": $exists($metadata.folder) ? $metadata.folder : "",
    "fingerprint": $metadata.fingerprint,
    "champion": $metadata.champion,
    "preprocessor": $containers[0].ModelDataUrl,
    "model": $containers[-1].ModelDataUrl,
    "metrics": ${metricsInMetadata}
  }])
)`),
      release: jsonata(hasTrial(resources) ? trialRelease(resources, name) : `{"name": ${name}}`),
    },
  });
}

/** How many containers a package of a project has. */
export const containerCounts = { pipeline: 2, 'single-container': 1 } as const;

export const isComplete = when('$candidate.complete');

export function fingerprintCandidate(
  scope: Construct,
  resources: ProjectResources,
  ways: { readonly next: IChainable; readonly guard: (task: CallAwsService) => unknown },
): CallAwsService {
  return fingerprintArchives(scope, resources, {
    folder: '$candidate.folder',
    model: '$candidate.model',
    keepsTags: !isEndpoint(resources.project.serving),
    ...(resources.sharedFrom === undefined
      ? {}
      : {
          of: {
            name: '',
            bucket: bucketOf('$candidate.model'),
            statements: readSharedArchives(scope, resources),
          },
        }),
    ...ways,
  });
}

export const isWhatWasEvaluated = when(
  '$exists($fingerprint) and $fingerprint = $candidate.fingerprint',
);
