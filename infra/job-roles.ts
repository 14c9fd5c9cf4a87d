import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { KeyLayout } from '../events/index.ts';
import { findInstances, type Project } from '../projects/index.ts';
import type { Names } from '../workflows/index.ts';
import type { FrameworkImages } from './images.ts';
import type { ProjectStorage } from './storage.ts';

export interface JobRolesProps {
  readonly storage: ProjectStorage;
  readonly keys: KeyLayout;
  readonly assets: readonly Asset[];
  readonly images: FrameworkImages;
  readonly project: Project;
  readonly names: Names;
}

/** The roles SageMaker works with: one for jobs, one for models behind the endpoint. */
export class JobRoles extends Construct {
  readonly jobRole: Role;
  readonly servingRole: Role;

  constructor(scope: Construct, id: string, props: JobRolesProps) {
    super(scope, id);
    const { storage, keys } = props;
    const { bucket } = storage;
    this.jobRole = this.#createRole('Job', 'Runs the processing and training jobs', props);
    this.servingRole = this.#createRole('Serving', 'Runs the models behind the endpoint', props);

    this.#allow(this.jobRole, ['s3:GetObject'], [bucket.arnForObjects(`${keys.runs}*`)]);
    this.#allow(this.jobRole, ['s3:PutObject'], [bucket.arnForObjects(`${keys.runs}*`)]);
    this.#allow(this.jobRole, ['s3:ListBucket'], [bucket.bucketArn]);
    for (const asset of props.assets) {
      this.#allow(this.jobRole, ['s3:GetObject'], [asset.bucket.arnForObjects(asset.s3ObjectKey)]);
      this.#allow(this.jobRole, ['s3:ListBucket'], [asset.bucket.bucketArn]);
    }
    this.#allowLogs(this.jobRole, ['TrainingJobs', 'ProcessingJobs'], '');

    this.#allow(this.servingRole, ['s3:GetObject'], [bucket.arnForObjects(`${keys.runs}*`)]);
    this.#allow(this.servingRole, ['s3:ListBucket'], [bucket.bucketArn]);
    this.#allow(this.servingRole, ['s3:PutObject'], [bucket.arnForObjects(`${keys.captured}*`)]);
    this.#allowLogs(this.servingRole, ['Endpoints'], `/${props.names.endpoint}`);
    if (findInstances(props.project.serving)?.network !== undefined)
      this.#allowNetwork(this.servingRole);
  }

  #createRole(id: string, description: string, { images, project }: JobRolesProps): Role {
    const role = new Role(this, id, {
      description,
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
    });
    // GetAuthorizationToken knows no resource.
    this.#allow(role, ['ecr:GetAuthorizationToken'], ['*']);
    this.#allow(
      role,
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      images.repositoryArns([project.processing.framework, project.training.framework]),
    );
    role.addToPolicy(
      new PolicyStatement({
        // PutMetricData knows no resource, but namespaces.
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' } },
      }),
    );
    return role;
  }

  #allow(role: Role, actions: string[], resources: string[]): void {
    role.addToPolicy(new PolicyStatement({ actions, resources }));
  }

  #allowLogs(role: Role, groups: readonly string[], suffix: string): void {
    const stack = Stack.of(this);
    const arns = groups.map((group) => {
      const name = `/aws/sagemaker/${group}${suffix}`;
      return stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: `${name}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    });
    this.#allow(
      role,
      [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'logs:DescribeLogStreams',
      ],
      arns,
    );
  }

  #allowNetwork(role: Role): void {
    // https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html: none knows a resource.
    this.#allow(
      role,
      [
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeVpcs',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
      ],
      ['*'],
    );
  }
}
