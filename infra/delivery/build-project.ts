import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BuildSpec,
  ComputeType,
  type IBuildImage,
  LinuxArmBuildImage,
  LinuxBuildImage,
  PipelineProject,
} from 'aws-cdk-lib/aws-codebuild';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  type BuildStep,
  CDK_ROLES,
  DELIVERY,
  type DeliveryPlan,
  nameCdkRole,
  nameStepRole,
  type Place,
  partitionOf,
} from '../../delivery/index.ts';
import { serviceActingFor } from '../../workflows/index.ts';
import { renderBuildSpec } from './build-spec.ts';

export interface BuildProjectProps {
  readonly step: BuildStep;
  readonly plan: DeliveryPlan;
  /** Of the artifacts. */
  readonly key: IKey;
}

/** Where a step of the pipeline runs its commands, with a role that has what this step needs. */
export class BuildProject extends Construct {
  readonly project: PipelineProject;

  constructor(scope: Construct, id: string, { step, plan, key }: BuildProjectProps) {
    super(scope, id);
    const name = `${DELIVERY}-${step.name.toLowerCase()}`;
    const role = new Role(this, 'Role', {
      roleName: nameStepRole(step.name),
      description: step.what,
      assumedBy: serviceActingFor(this, 'codebuild.amazonaws.com', [this.#arnOf('project', name)]),
    });
    for (const statement of renderAccess(this, step, plan)) role.addToPolicy(statement);
    this.project = new PipelineProject(this, 'Resource', {
      projectName: name,
      description: step.what,
      role,
      encryptionKey: key,
      buildSpec: BuildSpec.fromObject(renderBuildSpec(step)),
      environment: {
        buildImage: imageOf(step),
        computeType: ComputeType.MEDIUM,
        privileged: step.buildsImages,
      },
      timeout: Duration.minutes(step.minutes),
      queuedTimeout: Duration.hours(1),
      grantReportGroupPermissions: step.reports.length > 0,
      logging: {
        cloudWatch: {
          logGroup: new LogGroup(this, 'Logs', {
            logGroupName: `/aws/codebuild/${name}`,
            retention: RetentionDays.ONE_YEAR,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        },
      },
    });
  }

  #arnOf(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'codebuild', resource, resourceName });
  }
}

function imageOf({ processor }: BuildStep): IBuildImage {
  return processor === 'arm64'
    ? LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0
    : LinuxBuildImage.AMAZON_LINUX_2023_5;
}

/** What the commands of a step may do on AWS. */
export function renderAccess(
  scope: Construct,
  { access, environment = '' }: BuildStep,
  plan: DeliveryPlan,
): PolicyStatement[] {
  const place = plan.environments[environment];
  if (access === 'images') return renderImageAccess(scope, plan);
  if (access === 'none' || place === undefined) return [];
  switch (access) {
    case 'visit':
      return [mayAssume([place.visitRole])];
    case 'review': {
      const first = plan.environments[plan.first]?.visitRole ?? place.visitRole;
      return [mayAssume([cdkRole('lookup', place), first]), ...renderImageReview(scope, plan)];
    }
    case 'deploy':
      return [
        mayAssume(CDK_ROLES.map((role) => cdkRole(role, place))),
        ...renderImageSource(scope, plan),
      ];
  }
}

function cdkRole(role: string, { account, region }: Place): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${nameCdkRole(role, account, region)}`;
}

export function mayAssume(resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['sts:AssumeRole'], resources });
}

function renderRepositories(scope: Construct, { images }: DeliveryPlan): string[] {
  return images.map(({ repository }) =>
    Stack.of(scope).formatArn({
      service: 'ecr',
      resource: 'repository',
      resourceName: repository,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  );
}

function renderLogin(): PolicyStatement {
  // It supports no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
  return new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] });
}

/** Copies of images are read from the pipeline's own repositories. */
function renderImageSource(scope: Construct, plan: DeliveryPlan): PolicyStatement[] {
  if (plan.images.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'],
      resources: renderRepositories(scope, plan),
    }),
  ];
}

/** The digests of the images that an environment gets. */
function renderImageReview(scope: Construct, plan: DeliveryPlan): PolicyStatement[] {
  if (plan.images.length === 0) return [];
  const resources = renderRepositories(scope, plan);
  return [new PolicyStatement({ actions: ['ecr:DescribeImages'], resources })];
}

function renderImageAccess(scope: Construct, plan: DeliveryPlan): PolicyStatement[] {
  return [
    renderLogin(),
    new PolicyStatement({
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImageScanFindings',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      resources: renderRepositories(scope, plan),
    }),
  ];
}
