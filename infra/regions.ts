import { Annotations, type Stack, Token } from 'aws-cdk-lib';
import { registries } from './images.ts';

/** Where every resource type of the stack and SageMaker's framework images are to be had. */
export const supportedRegions: readonly string[] = Object.keys(registries);

/**
 * Refuses a region by name at synth; the deployment would fail there, after some of it was made. A stack
 * that is bound to no region is deployed to that of the profile, which the CDK tells the app.
 */
export function refuseRegion(
  stack: Stack,
  profileRegion: string | undefined = process.env['CDK_DEFAULT_REGION'],
): void {
  const region = Token.isUnresolved(stack.region) ? profileRegion : stack.region;
  if (region === undefined || supportedRegions.includes(region)) return;
  Annotations.of(stack).addError(
    `${stack.stackName} cannot be deployed to ${region}: CloudFormation has no AWS::SageMaker::ModelPackageGroup there, or SageMaker has no scikit-learn and XGBoost images. Deploy to one of ${supportedRegions.join(', ')}.`,
  );
}
