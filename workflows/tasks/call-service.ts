import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { retryConnection, retrySdkCall } from './retries.ts';

/** One AWS SDK call within the limit of Step Functions' own HTTP client. */
const CALL_TIMEOUT = Duration.seconds(60);

/** Each service by its name in AWS SDK integrations: the prefix of its errors, and of its actions in IAM. */
const services = {
  s3: { errors: 'S3', iam: 's3' },
  sagemaker: { errors: 'SageMaker', iam: 'sagemaker' },
  sfn: { errors: 'Sfn', iam: 'states' },
  cloudwatchlogs: { errors: 'CloudWatchLogs', iam: 'logs' },
  cloudwatch: { errors: 'CloudWatch', iam: 'cloudwatch' },
  lambda: { errors: 'Lambda', iam: 'lambda' },
  ecs: { errors: 'Ecs', iam: 'ecs' },
  applicationautoscaling: { errors: 'ApplicationAutoScaling', iam: 'application-autoscaling' },
} as const;

export interface CallServiceProps {
  readonly service: keyof typeof services;
  /** In camel case, as in the task's resource. */
  readonly action: string;
  /** Where IAM has another action for the API's, such as `s3:GetObject`. @default the action */
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
    iamAction: props.iamAction ?? iamActionOf(props),
    iamResources: [...props.resources],
    additionalIamStatements: [...(props.statements ?? [])],
    parameters: { ...props.arguments },
    outputs: props.outputs ?? {},
    ...(props.assign === undefined ? {} : { assign: { ...props.assign } }),
    ...(props.comment === undefined ? {} : { comment: props.comment }),
    taskTimeout: Timeout.duration(CALL_TIMEOUT),
  });
  const retries = props.asksAgain === true ? retryConnection : retrySdkCall;
  task.addRetry(retries(services[props.service].errors));
  return task;
}

/** `sagemaker:CreateModel` for `createModel`. */
function iamActionOf({ service, action }: CallServiceProps): string {
  return `${services[service].iam}:${action.charAt(0).toUpperCase()}${action.slice(1)}`;
}
