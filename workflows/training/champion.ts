import { type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata, object } from '../jsonata.ts';
import { describedArtifacts } from '../model-containers.ts';
import type { ProjectResources } from '../project-resources.ts';
import { describePackage, listPages } from '../tasks/index.ts';

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

export function readChampion(scope: Construct, resources: ProjectResources): CallAwsService {
  return describePackage(scope, 'Read champion', resources, {
    arn: '$champion.arn',
    assign: { champion: jsonata(object({ arn: '$champion.arn', ...describedArtifacts })) },
  });
}
