import { Annotations, type Stack, Token } from 'aws-cdk-lib';
import { REGIONS } from '../definition/index.ts';

/** The regions that have every resource type of the stack and SageMaker's framework images. */
export const supportedRegions: readonly string[] = REGIONS;

/** The regions that have the resource types of the console as well: GovCloud has no CloudFront. */
export const consoleRegions: readonly string[] = supportedRegions.filter(
  (region) => !region.startsWith('us-gov-'),
);

/**
 * Reports a region that is not supported at synth. The deployment would fail there after it created some resources. A stack
 * without a region is deployed to that of the profile, which the CDK passes to the app.
 */
export function refuseRegion(stack: Stack, profileRegion?: string): void {
  const region = regionOf(stack, profileRegion);
  if (region === undefined || supportedRegions.includes(region)) return;
  Annotations.of(stack).addError(
    `${stack.stackName} cannot be deployed to ${region}: CloudFormation has no AWS::SageMaker::ModelPackageGroup there, or SageMaker has no scikit-learn and XGBoost images. Deploy to one of ${supportedRegions.join(', ')}.`,
  );
}

/**
 * Reports a region in which only the console is not supported.
 * https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/setting-up-cloudfront.html
 */
export function refuseConsoleRegion(stack: Stack, profileRegion?: string): void {
  const region = regionOf(stack, profileRegion);
  if (region === undefined || consoleRegions.includes(region)) return;
  if (!supportedRegions.includes(region)) return;
  Annotations.of(stack).addError(
    `${stack.stackName} cannot be deployed to ${region}: CloudFormation has no AWS::CloudFront::Distribution there. Leave the HTTP API and the console out with -c console=false.`,
  );
}

function regionOf(
  stack: Stack,
  profileRegion: string | undefined = process.env['CDK_DEFAULT_REGION'],
): string | undefined {
  return Token.isUnresolved(stack.region) ? profileRegion : stack.region;
}
