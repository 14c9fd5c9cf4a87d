import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The CDK's function that empties the bucket. */
const PROVIDER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/** Gives the function a log group of the stack; otherwise, Lambda creates one that is never deleted. */
export function ownCleanerLogs(stack: Stack): void {
  const provider = stack.node.tryFindChild(PROVIDER);
  const handler = provider?.node.tryFindChild('Handler');
  if (!(handler instanceof CfnResource)) return;
  const logs = new LogGroup(stack, 'CleanerLogs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  handler.addPropertyOverride('LoggingConfig', { LogGroup: logs.logGroupName });
}
