import type { DestinationConfig } from '@aws-sdk/client-lambda';
import { parseDocument, writeJson } from '../../../../engine/index.ts';
import type { CallOptions, Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type RolePrincipal } from '../../../cloud/principal.ts';
import { functionArn } from '../function-name.ts';
import { withInvocation } from '../lineage.ts';
import type { InvocationResult } from '../sandbox/sandbox-pool.ts';
import { type AsynchronousRecord, type FunctionRecord, LATEST } from '../store.ts';

/** The end of an asynchronous invocation. */
export interface FinishedInvocation {
  readonly record: AsynchronousRecord;
  readonly version: FunctionRecord;
  readonly destinations: DestinationConfig;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** The result of the last attempt; undefined if none ran. */
  readonly result: InvocationResult | undefined;
}

/** Sends the result to the destination and, after failures, the event to the dead-letter queue. */
export async function sendOn(cloud: Cloud, finished: FinishedInvocation): Promise<void> {
  const succeeded = finished.condition === 'Success';
  const { OnSuccess: success, OnFailure: failure } = finished.destinations;
  const destination = (succeeded ? success : failure)?.Destination;
  if (destination !== undefined) {
    await attempt(cloud, finished, 'DestinationDeliveryFailures', destination, () =>
      sendRecord(cloud, finished, destination),
    );
  }
  const deadLetter = finished.version.deadLetter?.TargetArn;
  if (!succeeded && deadLetter !== undefined && deadLetter !== '') {
    await attempt(cloud, finished, 'DeadLetterErrors', deadLetter, () =>
      sendDeadLetter(cloud, finished, deadLetter),
    );
  }
}

async function attempt(
  cloud: Cloud,
  { version }: FinishedInvocation,
  metric: string,
  target: string,
  send: () => Promise<unknown>,
): Promise<void> {
  try {
    await send();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    cloud.logger.warn(
      { function: version.name, target, message },
      'the result of an asynchronous invocation was not delivered, so it is lost',
    );
    cloud.recordMetric({
      namespace: 'AWS/Lambda',
      name: metric,
      dimensions: { FunctionName: version.name },
      value: 1,
      unit: 'Count',
    });
  }
}

function functionRole(cloud: Cloud, { version }: FinishedInvocation): Promise<RolePrincipal> {
  return assumeRole(cloud, 'lambda.amazonaws.com', version.roleArn, version.name);
}

/** The tracing header of requests that the result causes: they belong to the chain of the invocation. */
function traceOf(cloud: Cloud, { record, version }: FinishedInvocation): CallOptions {
  return { traceHeader: withInvocation(record.traceHeader, functionArn(cloud, version.name)) };
}

async function sendRecord(
  cloud: Cloud,
  finished: FinishedInvocation,
  target: string,
): Promise<void> {
  const record = recordOf(cloud, finished);
  const role = await functionRole(cloud, finished);
  const text = writeJson(record);
  const trace = traceOf(cloud, finished);
  switch (target.split(':')[2]) {
    case 'sqs':
      await cloud.handOn(
        role,
        'sqs',
        'SendMessage',
        { QueueUrl: queueUrl(target), MessageBody: text },
        trace,
      );
      return;
    case 'sns':
      await cloud.handOn(role, 'sns', 'Publish', { TopicArn: target, Message: text }, trace);
      return;
    case 'lambda':
      await cloud.handOn(
        role,
        'lambda',
        'Invoke',
        { FunctionName: target, InvocationType: 'Event', Payload: Buffer.from(text) },
        trace,
      );
      return;
    case 'events':
      await cloud.handOn(role, 'eventbridge', 'PutEvents', {
        Entries: [eventEntry(finished, target, record)],
      });
      return;
    default:
      throw new Error(`stepmill cannot send the results of functions to ${target}`);
  }
}

function eventEntry(
  finished: FinishedInvocation,
  bus: string,
  record: ReturnType<typeof recordOf>,
) {
  const succeeded = finished.condition === 'Success';
  return {
    EventBusName: bus,
    Source: 'lambda',
    DetailType: `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`,
    Resources: [bus, record.requestContext.functionArn],
    Detail: writeJson(record),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordOf(cloud: Cloud, { record, version, condition, result }: FinishedInvocation) {
  return {
    version: '1.0',
    timestamp: new Date(cloud.clock.now()).toISOString(),
    requestContext: {
      requestId: record.id,
      functionArn: functionArn(cloud, version.name, record.qualifier ?? LATEST),
      condition,
      approximateInvokeCount: condition === 'Success' ? record.failures + 1 : record.failures,
    },
    requestPayload: parsed(record.payload),
    ...(result !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: version.version,
        ...(result.failed && { functionError: 'Unhandled' }),
      },
      responsePayload: parsed(result.payload),
    }),
  };
}

async function sendDeadLetter(
  cloud: Cloud,
  finished: FinishedInvocation,
  target: string,
): Promise<void> {
  const role = await functionRole(cloud, finished);
  const body = Buffer.from(finished.record.payload).toString();
  const attributes = {
    RequestID: { DataType: 'String', StringValue: finished.record.id },
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { DataType: 'String', StringValue: errorMessage(finished.result) },
  };
  if (target.split(':')[2] === 'sns') {
    const input = { TopicArn: target, Message: body, MessageAttributes: attributes };
    await cloud.handOn(role, 'sns', 'Publish', input, traceOf(cloud, finished));
    return;
  }
  await cloud.handOn(
    role,
    'sqs',
    'SendMessage',
    { QueueUrl: queueUrl(target), MessageBody: body, MessageAttributes: attributes },
    traceOf(cloud, finished),
  );
}

function errorMessage(result: InvocationResult | undefined): string {
  const payload = result === undefined ? undefined : parsed(result.payload);
  const message = (payload as { errorMessage?: unknown } | undefined)?.errorMessage;
  return typeof message === 'string' && message !== '' ? message.slice(0, 1_024) : 'Unknown error';
}

function parsed(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString();
  try {
    return parseDocument(text);
  } catch {
    return text;
  }
}

/** The account and name in the URL of a queue; the host does not matter. */
export function queueUrl(arn: string): string {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
