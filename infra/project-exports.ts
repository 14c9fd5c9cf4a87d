import { CfnOutput, type Stack } from 'aws-cdk-lib';

/** The export with which the stack of a project tells the console its bucket. */
export function nameBucketExport(environment: string, project: string): string {
  return `stepmill-${environment}-${project}-bucket`;
}

/** The export with which the stack of a project tells the console its table of claims. */
export function nameClaimsExport(environment: string, project: string): string {
  return `stepmill-${environment}-${project}-claims`;
}

/** The export with which the stack of a project tells the console the API that reaches its containers. */
export function nameServingApiExport(environment: string, project: string): string {
  return `stepmill-${environment}-${project}-serving-api`;
}

/** The export with which the stack of a project tells the console the key of its bucket. */
export function nameKeyExport(environment: string, project: string): string {
  return `stepmill-${environment}-${project}-key`;
}

export interface ProjectExports {
  readonly environment: string;
  readonly project: string;
  readonly bucketName: string;
  readonly claimsTableName: string;
  /** Only where the bucket has a key of its own. */
  readonly keyArn?: string | undefined;
  /** Only where models serve in containers. */
  readonly servingApiId?: string | undefined;
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
  if (names.keyArn !== undefined) {
    new CfnOutput(stack, 'KeyArn', {
      description: "The key of the project's data",
      value: names.keyArn,
      exportName: nameKeyExport(environment, project),
    });
  }
  if (names.servingApiId === undefined) return;
  new CfnOutput(stack, 'ServingApiId', {
    description: 'The API that reaches the live model',
    value: names.servingApiId,
    exportName: nameServingApiExport(environment, project),
  });
}
