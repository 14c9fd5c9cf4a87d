import { CfnDeletionPolicy, CustomResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { Names } from '../workflows/index.ts';
import type { JobRoles } from './job-roles.ts';

export interface RegistryProps {
  readonly names: Names;
  readonly teardown: IFunction;
  readonly roles: JobRoles;
}

/**
 * The model package group, and what removes the things that CloudFormation does not know: the
 * endpoint with its models, and the packages, without which a group cannot be deleted.
 */
export class Registry extends Construct {
  constructor(scope: Construct, id: string, { names, teardown, roles }: RegistryProps) {
    super(scope, id);
    const group = new CfnModelPackageGroup(this, 'Resource', {
      modelPackageGroupName: names.modelPackageGroup,
      modelPackageGroupDescription: `Models of ${names.qualified}`,
    });
    group.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // A group of another name is another one; SageMaker deletes none that holds packages.
    group.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    const release = new CustomResource(this, 'Teardown', {
      serviceToken: teardown.functionArn,
      resourceType: 'Custom::StepmillTeardown',
      properties: { Endpoint: names.endpoint },
    });
    // Deleted before what it depends on: the endpoint goes while its role is still there.
    release.node.addDependency(group, roles);
  }
}
