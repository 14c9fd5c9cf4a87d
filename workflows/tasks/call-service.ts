import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { retryConnection, retrySdkCall } from './retries.ts';

/** One AWS SDK call within the limit of Step Functions' own HTTP client. */
const CALL_TIMEOUT = Duration.seconds(60);

/** The error prefix of each service in AWS SDK integrations. */
const errorPrefixes = {
  s3: 'S3',
  sagemaker: 'SageMaker',
  sfn: 'Sfn',
  cloudwatch: 'CloudWatch',
  applicationautoscaling: 'ApplicationAutoScaling',
} as const;

export interface CallServiceProps {
  readonly service: keyof typeof errorPrefixes;
  /** In camel case, as in the task's resource. */
  readonly action: string;
  /** The IAM actions. Where the API and IAM use different words they are given. @default the action */
  readonly iamAction?: string;
  /** ARNs the action is allowed on. */
  readonly resources: readonly string[];
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly assign?: Readonly<Record<string, unknown>>;
  /** @default an empty object: what is needed later is assigned */
  readonly outputs?: unknown;
  readonly comment?: string;
  readonly statements?: readonly PolicyStatement[];
  /** The state's own catch judges refusals, and asks again where they can pass. @default false */
  readonly asksAgain?: boolean;
}

/** A state that calls an AWS API; it retries what can pass. */
export function callService(scope: Construct, id: string, props: CallServiceProps): CallAwsService {
  const task = CallAwsService.jsonata(scope, id, {
    service: props.service,
    action: props.action,
    ...(props.iamAction === undefined ? {} : { iamAction: props.iamAction }),
    iamResources: [...props.resources],
    additionalIamStatements: [...(props.statements ?? [])],
    parameters: { ...props.arguments },
    outputs: props.outputs ?? {},
    ...(props.assign === undefined ? {} : { assign: { ...props.assign } }),
    ...(props.comment === undefined ? {} : { comment: props.comment }),
    taskTimeout: Timeout.duration(CALL_TIMEOUT),
  });
  const retries = props.asksAgain === true ? retryConnection : retrySdkCall;
  task.addRetry(retries(errorPrefixes[props.service]));
  return task;
}
