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
 * The model package group, and the function that removes what CloudFormation does not know: the
 * endpoint with its models, and the packages, without which a group cannot be deleted.
 */
export class Registry extends Construct {
  readonly group: CfnModelPackageGroup;

  constructor(scope: Construct, id: string, { names, teardown, roles }: RegistryProps) {
    super(scope, id);
    const group = new CfnModelPackageGroup(this, 'Resource', {
      modelPackageGroupName: names.modelPackageGroup,
      modelPackageGroupDescription: `Models of ${names.qualified}`,
    });
    this.group = group;
    group.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // A new name means a new group; SageMaker does not delete a group that contains packages.
    group.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    const release = new CustomResource(this, 'Teardown', {
      serviceToken: teardown.functionArn,
      resourceType: 'Custom::StepmillTeardown',
      properties: { Endpoint: names.endpoint },
    });
    // It is deleted before its dependencies: the endpoint must be deleted while its role still exists.
    release.node.addDependency(group, roles);
  }
}
