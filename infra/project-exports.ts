import { CfnOutput, type Stack } from 'aws-cdk-lib';

/** The export with which the stack of a project tells the console its bucket. */
export function nameBucketExport(environment: string, project: string): string {
  return `stepmill-${environment}-${project}-bucket`;
}

/** The export with which the stack of a project tells the console its table of claims. */
export function nameClaimsExport(environment: string, project: string): string {
  return `stepmill-${environment}-${project}-claims`;
}

export interface ProjectExports {
  readonly environment: string;
  readonly project: string;
  readonly bucketName: string;
  readonly claimsTableName: string;
}

/** Outputs the names that CloudFormation makes up, by fixed names: no stack has to know the other's constructs. */
export function exportNames(
  stack: Stack,
  { environment, project, ...names }: ProjectExports,
): void {
  new CfnOutput(stack, 'BucketName', {
    description: 'Where the project has its data',
    value: names.bucketName,
    exportName: nameBucketExport(environment, project),
  });
  new CfnOutput(stack, 'ClaimsTableName', {
    description: 'The claims and locks of the workflows',
    value: names.claimsTableName,
    exportName: nameClaimsExport(environment, project),
  });
}
