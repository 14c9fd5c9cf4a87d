import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { modelPackageArns } from '../sagemaker-arn.ts';
import { callService } from './call-service.ts';

/** Reads a version of the registry, whose ARN is JSONata. */
export function describePackage(
  scope: Construct,
  id: string,
  { names }: ProjectResources,
  { arn, assign }: { readonly arn: string; readonly assign: Readonly<Record<string, unknown>> },
): CallAwsService {
  return callService(scope, id, {
    service: 'sagemaker',
    action: 'describeModelPackage',
    resources: modelPackageArns(scope, names),
    arguments: { ModelPackageName: jsonata(arn) },
    assign,
  });
}
