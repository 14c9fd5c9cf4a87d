import { CustomResource } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { WorkflowRelease } from './workflow-release.ts';

/** Kept of each workflow, the newest first; what an alias names is kept as well. */
export const KEPT_VERSIONS = 20;

export interface WorkflowVersionsProps {
  /** The function that deletes the others. */
  readonly prune: IFunction;
  readonly releases: readonly WorkflowRelease[];
}

/** Bounds the versions of workflows, of which Step Functions takes 1,000 a machine: a deployment with a new one deletes the oldest. */
export class WorkflowVersions extends Construct {
  constructor(scope: Construct, id: string, { prune, releases }: WorkflowVersionsProps) {
    super(scope, id);
    const resource = new CustomResource(this, 'Prune', {
      serviceToken: prune.functionArn,
      resourceType: 'Custom::StepmillVersions',
      properties: {
        Keep: KEPT_VERSIONS,
        // With each new version it is called again.
        Versions: releases.map(({ versionArn }) => versionArn),
      },
    });
    // Not before the aliases have left the versions that go.
    resource.node.addDependency(...releases);
  }
}
