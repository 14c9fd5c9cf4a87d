import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../../../engine/index.ts';
import { ecsRequest, ecsTaskIntegration } from './ecs-tasks.ts';
import { jsonLength, sdkMetadata } from './http-metadata.ts';
import { lambdaInvoke } from './lambda.ts';
import { requestIntegration } from './request-response.ts';
import { jobIntegration } from './run-job.ts';
import { SAGEMAKER_JOBS } from './sagemaker-jobs.ts';
import { type SdkService, sdkService } from './sdk-services.ts';
import { nestedExecution } from './states.ts';
import type { Integration, Task } from './task.ts';

/**
 * The optimized integrations, by what follows `arn:aws:states:::` (pattern suffixes included for
 * `.sync`, not for `.waitForTaskToken`). Created on first use.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */
export function optimizedIntegration(resource: string): Integration | undefined {
  const build = Object.hasOwn(builders, resource) ? builders[resource] : undefined;
  return build?.();
}

const builders: Readonly<Record<string, () => Integration>> = {
  'lambda:invoke': lambdaInvoke,
  'sqs:sendMessage': () =>
    requestIntegration({
      service: known('sqs'),
      operation: 'SendMessage',
      unreachable: unknownQueueHost,
      optimized: { errorPrefix: 'SQS', metadata: jsonMetadata('1.0') },
    }),
  'sns:publish': () =>
    requestIntegration({
      service: known('sns'),
      operation: 'Publish',
      optimized: { errorPrefix: 'SNS', metadata: publishMetadata },
    }),
  'events:putEvents': putEvents,
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((operation) => [
      `dynamodb:${camelCase(operation)}`,
      () =>
        requestIntegration({
          service: known('dynamodb'),
          operation,
          optimized: { errorPrefix: 'DynamoDB', metadata: itemMetadata },
        }),
    ]),
  ),
  'ecs:runTask': () => requestIntegration(runTask()),
  'ecs:runTask.sync': () => ecsTaskIntegration(runTask()),
  'states:startExecution': () => nestedExecution(undefined),
  'states:startExecution.sync': () => nestedExecution('text'),
  'states:startExecution.sync:2': () => nestedExecution('json'),
  ...Object.fromEntries(
    SAGEMAKER_JOBS.flatMap((job) => {
      const spec = sageMakerRequest(job.operation);
      const resource = `sagemaker:${camelCase(job.operation)}`;
      return [
        [resource, () => requestIntegration(spec())],
        [`${resource}.sync`, () => jobIntegration(spec(), job)],
      ];
    }),
  ),
  ...Object.fromEntries(
    ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint', 'UpdateEndpoint'].map((operation) => [
      `sagemaker:${camelCase(operation)}`,
      () => requestIntegration(sageMakerRequest(operation)()),
    ]),
  ),
};

function runTask() {
  return ecsRequest({
    service: known('ecs'),
    operation: 'RunTask',
    optimized: { errorPrefix: 'ECS', metadata: jsonMetadata('1.1') },
  });
}

function sageMakerRequest(operation: string) {
  return () => ({
    service: known('sagemaker'),
    operation,
    optimized: { errorPrefix: 'SageMaker', metadata: jsonMetadata('1.1') },
  });
}

/** The SDK sends to the queue's URL: a value that is not a URL is an unknown host. */
function unknownQueueHost({ QueueUrl: url }: Readonly<Record<string, unknown>>) {
  const host =
    typeof url === 'string' ? url.replace(/^https?:\/\//, '').split(/[:/]/)[0] : undefined;
  // Names of private networks are not resolved here.
  if (host === undefined || host.includes('.') || host === 'localhost') return undefined;
  return {
    error: 'SQS.SdkClientException',
    cause: `Unable to execute HTTP request: ${host}: Name or service not known`,
  };
}

function putEvents(): Integration {
  return requestIntegration({
    service: known('eventbridge'),
    operation: 'PutEvents',
    // Unlike the others, this integration adds no metadata to its result.
    optimized: { errorPrefix: 'EventBridge' },
    adapt: (input, task) => ({ ...input, Entries: withResources(input['Entries'], task) }),
    failureIn: (output) =>
      Number(output['FailedEntryCount'] ?? 0) > 0
        ? { error: 'EventBridge.FailedEntry', cause: JSON.stringify(output) }
        : undefined,
  });
}

/** Step Functions appends the machine and the execution to the resources of each event. */
function withResources(entries: unknown, { executionArn, stateMachineArn }: Task): unknown {
  if (!Array.isArray(entries)) return entries;
  return entries.map((entry: { readonly Resources?: readonly string[] }) => ({
    ...entry,
    Resources: [...(entry.Resources ?? []), stateMachineArn, executionArn],
  }));
}

function jsonMetadata(version: '1.0' | '1.1') {
  return (task: Task, output: object): JsonObject =>
    sdkMetadata(task.cloud, {
      contentType: `application/x-amz-json-${version}`,
      contentLength: jsonLength(output),
    });
}

/** DynamoDB names its server and sends a checksum of the body. */
function itemMetadata(task: Task, output: object): JsonObject {
  const body = JSON.stringify(output);
  return sdkMetadata(task.cloud, {
    contentType: 'application/x-amz-json-1.0',
    contentLength: Buffer.byteLength(body),
    connectionHeader: 'Connection',
    headers: { Server: 'Server', 'x-amz-crc32': String(crc32(body)) },
  });
}

/** SNS answers in XML of a fixed shape. */
function publishMetadata(task: Task, output: object): JsonObject {
  const { MessageId = '', SequenceNumber } = output as Readonly<Record<string, string | undefined>>;
  const sequence =
    SequenceNumber === undefined ? '' : `    <SequenceNumber>${SequenceNumber}</SequenceNumber>\n`;
  const requestId = '00000000-0000-0000-0000-000000000000';
  const body = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">\n  <PublishResult>\n    <MessageId>${MessageId}</MessageId>\n${sequence}  </PublishResult>\n  <ResponseMetadata>\n    <RequestId>${requestId}</RequestId>\n  </ResponseMetadata>\n</PublishResponse>\n`;
  return sdkMetadata(task.cloud, { contentType: 'text/xml', contentLength: body.length });
}

function known(name: string): SdkService {
  const service = sdkService(name);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

function camelCase(operation: string): string {
  return operation.slice(0, 1).toLowerCase() + operation.slice(1);
}
