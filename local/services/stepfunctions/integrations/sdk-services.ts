import type { ServiceName } from '../../../cloud/service-name.ts';
import { loadSdkClient } from '../../../host/sdk-packages.ts';
import { modelledErrors, type OperationShape, operationShape } from './schema.ts';
import { SDK_SERVICE_NAMES } from './sdk-service-names.ts';

/** The names of an AWS service in Step Functions, and the service of this runtime. */
export interface SdkService {
  readonly local: ServiceName;
  /** The SDK client with its schemas. */
  readonly client: string;
  /** The prefix of error names: `S3.NoSuchKeyException`. */
  readonly errorPrefix: string;
  /** Names the service in causes of the optimized integrations (AWS SDK for Java 1). */
  readonly legacyName: string;
  /** The general exception of the AWS SDK for Java 1. */
  readonly legacyException: string;
}

function service(
  local: ServiceName,
  client: string,
  errorPrefix: string,
  legacyName = `Amazon${errorPrefix}`,
  legacyException = `${legacyName}Exception`,
): SdkService {
  return { local, client: `@aws-sdk/client-${client}`, errorPrefix, legacyName, legacyException };
}

/**
 * By the name in `arn:aws:states:::aws-sdk:<name>:<action>`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  applicationautoscaling: service(
    'application-autoscaling',
    'application-auto-scaling',
    'ApplicationAutoScaling',
    'AWSApplicationAutoScaling',
  ),
  cloudformation: service('cloudformation', 'cloudformation', 'CloudFormation'),
  cloudwatch: service('cloudwatch', 'cloudwatch', 'CloudWatch'),
  cloudwatchlogs: service('logs', 'cloudwatch-logs', 'CloudWatchLogs', 'AWSLogs'),
  dynamodb: service(
    'dynamodb',
    'dynamodb',
    'DynamoDb',
    'AmazonDynamoDBv2',
    'AmazonDynamoDBException',
  ),
  ecs: service('ecs', 'ecs', 'Ecs', 'AmazonECS'),
  eventbridge: service('eventbridge', 'eventbridge', 'EventBridge'),
  iam: service('iam', 'iam', 'Iam', 'AmazonIdentityManagement'),
  lambda: service('lambda', 'lambda', 'Lambda', 'AWSLambda'),
  s3: service('s3', 's3', 'S3', 'Amazon S3', 'AmazonS3Exception'),
  sagemaker: service('sagemaker', 'sagemaker', 'SageMaker'),
  sagemakerruntime: service('sagemaker', 'sagemaker-runtime', 'SageMakerRuntime'),
  sfn: service('stepfunctions', 'sfn', 'Sfn', 'AWSStepFunctions'),
  sns: service('sns', 'sns', 'Sns', 'AmazonSNS'),
  sqs: service('sqs', 'sqs', 'Sqs', 'AmazonSQS'),
  ssm: service('ssm', 'ssm', 'Ssm', 'AWSSimpleSystemsManagement'),
  sts: service('sts', 'sts', 'Sts', 'AWSSecurityTokenService'),
};

/** The service of that name in an `aws-sdk` ARN, if this runtime has it. */
export function sdkService(name: string): SdkService | undefined {
  return Object.hasOwn(SDK_SERVICES, name) ? SDK_SERVICES[name] : undefined;
}

/**
 * Whether AWS has the action. For services that this runtime lacks, every action counts as existing.
 *
 * @param action in camelCase, as in `Resource`
 */
export function hasSdkAction(name: string, action: string): boolean {
  const service = sdkService(name);
  if (service === undefined) return SDK_SERVICE_NAMES.has(name);
  const operation = action.slice(0, 1).toUpperCase() + action.slice(1);
  return shapeOfOperation(service, operation) !== undefined;
}

/** A service with schemas. */
export type HasClient = Pick<SdkService, 'client'>;

const clients = new Map<string, Readonly<Record<string, unknown>>>();

/** Loads the client when a state machine first uses the service: SageMaker's alone takes megabytes. */
function clientOf({ client }: HasClient): Readonly<Record<string, unknown>> {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const loaded = loadSdkClient(client);
  clients.set(client, loaded);
  return loaded;
}

/** @param operation with the API's name: `PutObject` */
export function shapeOfOperation(
  service: HasClient,
  operation: string,
): OperationShape | undefined {
  return operationShape(clientOf(service), operation);
}

/** The values of an enumeration, by the name of its type. */
export function enumOf(service: HasClient, type: string): readonly string[] | undefined {
  const values = clientOf(service)[type];
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  const texts: readonly unknown[] = Object.values(values);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** Services whose results can be validated although this runtime cannot call them. */
const MOCKED_ONLY: Readonly<Record<string, string>> = {
  kms: '@aws-sdk/client-kms',
};

/** The service names of the optimized integrations that differ from the SDK's. */
const OPTIMIZED_NAMES: Readonly<Record<string, string>> = { events: 'eventbridge', states: 'sfn' };

/**
 * The shape of an integration's result, if its model is available, to validate mocked results.
 *
 * @param resource `aws-sdk:s3:getObject`, `dynamodb:putItem`, `states:startExecution.sync`
 */
export function mockedOperation(
  resource: string,
): { readonly service: HasClient; readonly output: OperationShape['output'] } | undefined {
  const [, name = '', action = ''] = /^(?:aws-sdk:)?([^:]+):([^.:]+)/.exec(resource) ?? [];
  const service = mockedService(OPTIMIZED_NAMES[name] ?? name);
  if (service === undefined) return undefined;
  const operation = action.slice(0, 1).toUpperCase() + action.slice(1);
  const waits = /\.sync/.test(resource);
  const shape = shapeOfOperation(
    service,
    waits ? operation.replace(/^(Create|Start)/, 'Describe') : operation,
  );
  return shape === undefined ? undefined : { service, output: shape.output };
}

function mockedService(name: string): HasClient | undefined {
  const known = sdkService(name);
  if (known !== undefined) return known;
  const client = Object.hasOwn(MOCKED_ONLY, name) ? MOCKED_ONLY[name] : undefined;
  return client === undefined ? undefined : { client };
}

/** Errors that this SDK's model has and the one Step Functions uses lacks: `S3.S3Exception`. */
const UNMODELLED: ReadonlySet<string> = new Set(['s3 AccessDenied']);

/** The name of the modelled error, by the error code. */
export function errorNameOf(service: SdkService, code: string): string | undefined {
  if (UNMODELLED.has(`${service.local} ${code}`)) return undefined;
  return errorsOf(service).get(code);
}

const errors = new Map<string, ReadonlyMap<string, string>>();

function errorsOf(service: SdkService): ReadonlyMap<string, string> {
  const known = errors.get(service.client) ?? modelledErrors(clientOf(service));
  errors.set(service.client, known);
  return known;
}
