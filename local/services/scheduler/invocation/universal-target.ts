import { readPascalInput } from '../../../cloud/api-model/index.ts';
import type { ServiceName } from '../../../cloud/service-name.ts';

/** An operation of any service. */
export interface UniversalTarget {
  /** The service in the SDK for Java, in lower case. */
  readonly service: string;
  readonly operation: string;
}

/** By the service's name in `arn:aws:scheduler:::aws-sdk:<service>:<action>`. */
const SERVICES: Readonly<Record<string, ServiceName>> = {
  apigatewayv2: 'apigatewayv2',
  applicationautoscaling: 'application-autoscaling',
  cloudformation: 'cloudformation',
  cloudfront: 'cloudfront',
  cloudwatch: 'cloudwatch',
  cloudwatchlogs: 'logs',
  cognitoidentityprovider: 'cognito-idp',
  dynamodb: 'dynamodb',
  eventbridge: 'eventbridge',
  iam: 'iam',
  lambda: 'lambda',
  s3: 's3',
  sagemaker: 'sagemaker',
  sagemakerruntime: 'sagemaker',
  scheduler: 'scheduler',
  sfn: 'stepfunctions',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
  sts: 'sts',
};

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html: unsupported actions. */
const READS =
  /^(?:get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|testConnection|translateDocument|isAuthorized|invokeModel)/;

/** @returns undefined if the ARN is not one of a universal target */
export function parseUniversalTarget(arn: string): UniversalTarget | undefined {
  const { groups } =
    /:scheduler:::aws-sdk:(?<service>[a-z\d]+):(?<action>[a-zA-Z\d]+)$/.exec(arn) ?? {};
  const { service, action } = groups ?? {};
  if (service === undefined || action === undefined) return undefined;
  return { service, operation: action.slice(0, 1).toUpperCase() + action.slice(1) };
}

/** Whether Scheduler refuses the action of a universal target, because it only reads. */
export function isReadAction({ operation }: UniversalTarget): boolean {
  return READS.test(operation.slice(0, 1).toLowerCase() + operation.slice(1));
}

/** The service of this runtime; undefined if it has none. */
export function localServiceOf({ service }: UniversalTarget): ServiceName | undefined {
  return Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
}

/** The input of the operation: members are in PascalCase for every service. */
export function universalInput(service: ServiceName, operation: string, input: object): object {
  return readPascalInput(service, operation, input);
}
