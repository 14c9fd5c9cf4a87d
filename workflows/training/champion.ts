import { type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { modelPackageArns } from '../sagemaker-arn.ts';
import { when } from '../small-states.ts';
import { callService, listPages } from '../tasks/index.ts';

/** The newest approved package is the champion: promotion keeps it live. */
export function findChampion(
  scope: Construct,
  resources: ProjectResources,
  ways: { readonly next: IChainable; readonly guard: (task: CallAwsService) => unknown },
): CallAwsService {
  const newest = '$states.result.ModelPackageSummaryList[0].ModelPackageArn';
  const champion = `($exists(${newest}) ? {"arn": ${newest}} : {})`;
  return listPages(scope, 'Find champion', {
    ...ways,
    ids: { question: 'More registered models?', more: 'Find champion on next page' },
    service: 'sagemaker',
    action: 'listModelPackages',
    // ListModelPackages knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    resources: ['*'],
    arguments: {
      ModelPackageGroupName: resources.names.modelPackageGroup,
      ModelApprovalStatus: 'Approved',
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 1,
    },
    assign: { champion: { first: champion, more: champion } },
    while: '$not($exists($champion.arn))',
  });
}

export const hasChampion = when('$exists($champion.arn)');

/** Where the champion's artifacts lie: the first container prepares, the last predicts; one container does both. */
export function readChampion(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Read champion', {
    service: 'sagemaker',
    action: 'describeModelPackage',
    resources: modelPackageArns(scope, resources.names),
    arguments: { ModelPackageName: jsonata('$champion.arn') },
    assign: {
      champion: jsonata(
        `{"arn": $champion.arn, "preprocessor": $states.result.InferenceSpecification.Containers[0].ModelDataUrl, "model": $states.result.InferenceSpecification.Containers[-1].ModelDataUrl}`,
      ),
    },
  });
}
