import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Names } from '../../workflows/index.ts';

export interface EndpointLogsProps {
  readonly names: Names;
}

/**
 * The log of the models behind the endpoint. Otherwise, SageMaker creates it without retention, and it is never
 * deleted. The logs of jobs have one group for the whole account: docs/deploy.md.
 */
export class EndpointLogs extends Construct {
  constructor(scope: Construct, id: string, { names }: EndpointLogsProps) {
    super(scope, id);
    new LogGroup(this, 'Resource', {
      logGroupName: `/aws/sagemaker/Endpoints/${names.endpoint}`,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
