import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { ExpectedResponse } from '../../cloud/response-address.ts';
import {
  call,
  type Properties,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const responseSchema = z.discriminatedUnion('Status', [
  z.object({
    Status: z.literal('SUCCESS'),
    PhysicalResourceId: z.string().min(1),
    Data: z.record(z.string(), z.unknown()).nullish(),
  }),
  z.object({ Status: z.literal('FAILED'), Reason: z.string().optional() }),
]);

type Response = Extract<z.infer<typeof responseSchema>, { readonly Status: 'SUCCESS' }>;
type RequestType = 'Create' | 'Update' | 'Delete';

/**
 * A custom resource: its function or topic gets CloudFormation's request, and sends its response to a URL of
 * this runtime.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export const customResource: ResourceType = {
  properties: 'any',
  async apply(request) {
    const { ServiceToken } = request.properties;
    const response = await ask(request, request.previous === undefined ? 'Create' : 'Update');
    return {
      physicalId: response.PhysicalResourceId,
      attributes: { ...response.Data, ServiceToken },
    };
  },
  async remove(request) {
    await ask(request, 'Delete');
  },
};

async function ask(request: ResourceRequest, requestType: RequestType): Promise<Response> {
  const expected = await request.cloud.responses.expect();
  try {
    const message = JSON.stringify(eventOf(request, requestType, expected.url));
    const token = serviceTokenOf(request);
    const body = token.includes(':sns:')
      ? await answerToTopic(request, token, { message, expected })
      : await answerToFunction(request, token, { message, expected });
    return succeeded(body);
  } finally {
    expected.end();
  }
}

function eventOf(
  request: ResourceRequest,
  RequestType: RequestType,
  ResponseURL: string,
): Properties {
  const { previous, properties } = request;
  return {
    RequestType,
    ServiceToken: serviceTokenOf(request),
    ResponseURL,
    StackId: request.stackId,
    RequestId: request.cloud.random.uuid(),
    LogicalResourceId: request.logicalId,
    ...(previous === undefined ? {} : { PhysicalResourceId: previous.physicalId }),
    ResourceType: request.type,
    ResourceProperties: asTexts(properties),
    ...(RequestType === 'Update' && { OldResourceProperties: asTexts(previous?.properties ?? {}) }),
  };
}

/** CloudFormation sends every scalar of the properties as a text: `true` arrives as `"true"`. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asTexts(item)]));
}

function serviceTokenOf({ properties, previous }: ResourceRequest): string {
  return String(properties['ServiceToken'] ?? previous?.attributes['ServiceToken']);
}

interface Question {
  readonly message: string;
  readonly expected: ExpectedResponse;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/walkthrough-custom-resources-sns.html */
const TOPIC_SUBJECT = 'AWS CloudFormation custom resource request';

async function answerToTopic(
  request: ResourceRequest,
  TopicArn: string,
  { message, expected }: Question,
): Promise<string> {
  await call(request, 'sns', 'Publish', { TopicArn, Subject: TOPIC_SUBJECT, Message: message });
  return orLate(request, expected.body, timeoutMs(request));
}

interface Invocation {
  readonly FunctionError?: string;
  readonly Payload?: Uint8Array;
}

async function answerToFunction(
  request: ResourceRequest,
  FunctionName: string,
  { message, expected }: Question,
): Promise<string> {
  const invoked = call<Invocation>(request, 'lambda', 'Invoke', {
    FunctionName,
    Payload: Buffer.from(message),
  });
  const first = await Promise.race([expected.body, invoked]);
  if (typeof first === 'string') {
    // The function may have more to do, and its role must not be removed before.
    await invoked.catch(() => {});
    return first;
  }
  if (first.FunctionError === undefined) return whileSomethingRuns(request, expected);
  const reported = Buffer.from(first.Payload ?? []).toString('utf8');
  throw new Error(`Its function failed: ${reported}`);
}

/** How long a response takes that was sent before its function ended. */
const GRACE_MS = 3_000;
const POLL_MS = 500;

/**
 * Waits for the response of a function that has ended. CloudFormation waits for an hour; here only for as long as
 * an execution runs that may send it, as CDK's provider framework does.
 */
async function whileSomethingRuns(
  request: ResourceRequest,
  { body }: ExpectedResponse,
): Promise<string> {
  const end = performance.now() + timeoutMs(request);
  let patience = performance.now() + GRACE_MS;
  while (performance.now() < Math.min(end, patience)) {
    const answered = await Promise.race([body, sleep(POLL_MS, undefined, { ref: false })]);
    if (answered !== undefined) return answered;
    if (await anExecutionRuns(request)) patience = performance.now() + GRACE_MS;
  }
  throw new Error('Its function ended without an answer to ResponseURL.');
}

async function anExecutionRuns(request: ResourceRequest): Promise<boolean> {
  if (request.cloud.service('stepfunctions') === undefined) return false;
  const { stateMachines } = await call<{
    readonly stateMachines: readonly { readonly stateMachineArn: string; readonly type: string }[];
  }>(request, 'stepfunctions', 'ListStateMachines', {});
  for (const { stateMachineArn, type } of stateMachines) {
    if (type === 'EXPRESS') continue;
    const { executions } = await call<{ readonly executions: readonly unknown[] }>(
      request,
      'stepfunctions',
      'ListExecutions',
      { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 },
    );
    if (executions.length > 0) return true;
  }
  return false;
}

/** CloudFormation's own limit, and the default: an hour. */
const TIMEOUT_SECONDS = 3_600;

function timeoutMs({ properties }: ResourceRequest): number {
  return Number(properties['ServiceTimeout'] ?? TIMEOUT_SECONDS) * 1_000;
}

async function orLate(
  { properties }: ResourceRequest,
  body: Promise<string>,
  patienceMs: number,
): Promise<string> {
  const answered = await Promise.race([body, sleep(patienceMs, undefined, { ref: false })]);
  if (answered !== undefined) return answered;
  const topic = String(properties['ServiceToken']);
  throw new Error(`${topic} sent no answer to ResponseURL in ${patienceMs / 1_000} seconds.`);
}

function succeeded(body: string): Response {
  const response = responseSchema.safeParse(parse(body));
  if (!response.success) {
    const [first] = response.error.issues;
    const place = first === undefined ? '' : `${first.path.join('.')}: ${first.message}`;
    throw new Error(`Invalid Response object (${place}): ${body}`);
  }
  if (response.data.Status === 'SUCCESS') return response.data;
  const { Reason: reason = 'no reason' } = response.data;
  throw new Error(
    `Received response status [FAILED] from custom resource. Message returned: ${reason}`,
  );
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
