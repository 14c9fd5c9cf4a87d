import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Names } from './names.ts';

/** The ARN of a SageMaker thing of this account. */
export function sagemakerArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName });
}

/** The group as ARNs spell it: SageMaker has written names in ARNs as given and in lower case. */
function spellings({ modelPackageGroup }: Names): string[] {
  return [...new Set([modelPackageGroup, modelPackageGroup.toLowerCase()])];
}

/** The project's model package group. */
export function modelPackageGroupArns(scope: Construct, names: Names): string[] {
  return spellings(names).map((group) => sagemakerArn(scope, 'model-package-group', group));
}

/** All versions in the project's group. */
export function modelPackageArns(scope: Construct, names: Names): string[] {
  return spellings(names).map((group) => sagemakerArn(scope, 'model-package', `${group}/*`));
}
