import { Readable } from 'node:stream';
import type {
  InvokeEndpointCommandInput,
  InvokeEndpointCommandOutput,
  SageMakerRuntime,
} from '@aws-sdk/client-sagemaker-runtime';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import type { ContainerAnswer } from '../../../jobs/serving/index.ts';
import { UnsupportedBySageMaker } from '../errors.ts';
import type { EndpointController } from './endpoint-controller.ts';
import type { Target } from './endpoint-fleets.ts';
import {
  ModelError,
  PayloadTooLarge,
  ServiceUnavailable,
  ThrottlingException,
  ValidationError,
} from './errors.ts';
import { ContainerFailure } from './failures.ts';
import {
  INVOCATION_TIMEOUT_MS,
  MAX_PAYLOAD_BYTES,
  MAX_REQUESTS_PER_INSTANCE,
  MAX_SERVERLESS_PAYLOAD_BYTES,
} from './limits.ts';
import type { HostingState } from './state.ts';
import type { VariantFleet } from './variant-fleet.ts';

/** `InvokeEndpointOutput`, with the body as bytes. */
type InvokeOutput = Omit<InvokeEndpointCommandOutput, '$metadata' | 'Body'> & {
  readonly Body: Uint8Array;
};

type InvokeInput = Omit<InvokeEndpointCommandInput, 'Body'> & { readonly Body?: unknown };

/** The runtime API: sends requests to the containers of a variant. */
export const invokeOperations: OperationTable<SageMakerRuntime, HostingState> = {
  InvokeEndpoint: {
    durable: false,
    permissions: (input: InvokeInput, { cloud }) => [
      {
        action: 'sagemaker:InvokeEndpoint',
        resource: cloud.arn('sagemaker', `endpoint/${input.EndpointName}`),
      },
    ],
    async run(input: Checked<InvokeInput>, hosting): Promise<InvokeOutput> {
      const { cloud } = hosting;
      const startedAt = performance.now();
      const controller = findEndpoint(hosting, input);
      refuseUnsupported(input);
      const body = await bytesOf(input.Body);
      const target = await findTarget(controller, input);
      checkSize(hosting, target.variant, body);
      const isCaptured = hosting.capture.sampled(controller.name, target.fleet.spec.dataCapture);
      const request = { body, input, startedAt, isCaptured, eventId: cloud.random.uuid() };
      const answering = invokeOn(hosting, controller, target, request);
      mirror(hosting, controller, target, request);
      const answer = await answering;
      return {
        Body: answer.body,
        ContentType: answer.contentType,
        InvokedProductionVariant: target.variant.spec.name,
        ...(customAttributes(answer) === undefined
          ? {}
          : { CustomAttributes: customAttributes(answer) }),
      };
    },
  },
  InvokeEndpointAsync: {
    permissions: () => [{ action: 'sagemaker:InvokeEndpointAsync', resource: '*' }],
    run(): never {
      throw new UnsupportedBySageMaker('asynchronous inference (InvokeEndpointAsync)');
    },
  },
  InvokeEndpointWithResponseStream: {
    permissions: () => [{ action: 'sagemaker:InvokeEndpointWithResponseStream', resource: '*' }],
    run(): never {
      throw new UnsupportedBySageMaker('response streams (InvokeEndpointWithResponseStream)');
    },
  },
};

/** Sends a copy to the shadow variant and ignores its answer. */
function mirror(
  hosting: HostingState,
  controller: EndpointController,
  target: Target,
  request: Invocation,
): void {
  const { shadowCredits } = hosting;
  const [shadow] = target.fleet.shadows;
  if (shadow === undefined) return;
  const { id } = target.fleet.spec;
  const credit = (shadowCredits.get(id) ?? 0) + controller.shadowShare(target.fleet);
  shadowCredits.set(id, credit >= 1 ? credit - 1 : credit);
  if (credit < 1) return;
  const copy = { ...request, startedAt: performance.now() };
  invokeOn(hosting, controller, { fleet: target.fleet, variant: shadow }, copy).catch(() => {});
}

interface Invocation {
  readonly input: InvokeInput;
  readonly body: Uint8Array;
  readonly eventId: string;
  readonly isCaptured: boolean;
  /** In real milliseconds. */
  readonly startedAt: number;
}

async function invokeOn(
  hosting: HostingState,
  controller: EndpointController,
  target: Target,
  request: Invocation,
): Promise<ContainerAnswer> {
  const { variant, fleet } = target;
  const { cloud } = hosting;
  const endpointName = controller.name;
  checkConcurrency(variant);
  const concurrent = variant.outstanding + 1;
  const instance = variant.pick();
  const timestamp = cloud.clock.now();
  const sentAt = performance.now();
  let status = 0;
  try {
    if (instance === undefined) throw new ContainerFailure('primary', 0, noResponse(endpointName));
    if (instance.outstanding >= MAX_REQUESTS_PER_INSTANCE) {
      throw new ServiceUnavailable(
        `The endpoint ${endpointName} has more requests than its instances can take. Try again later.`,
      );
    }
    instance.outstanding += 1;
    try {
      const answer = await instance.invoke({
        body: request.body,
        headers: headersOf(request.input),
        timeoutMs: INVOCATION_TIMEOUT_MS,
        targetContainer: request.input.TargetContainerHostname,
      });
      ({ status } = answer);
      captureAnswer(hosting, target, request, { endpointName, timestamp, answer });
      return answer;
    } finally {
      instance.outstanding -= 1;
    }
  } catch (error) {
    if (!(error instanceof ContainerFailure)) throw error;
    ({ status } = error);
    throw modelError(cloud, endpointName, error);
  } finally {
    const endedAt = performance.now();
    hosting.metrics.record({
      endpointName,
      variantName: variant.spec.name,
      configName: fleet.spec.configName,
      ...(variant.spec.serverless === undefined
        ? { instanceCount: variant.instanceCount }
        : { concurrencyShare: concurrent / (variant.spec.serverless.MaxConcurrency ?? 1) }),
      status,
      modelLatencyMicroseconds: Math.round((endedAt - sentAt) * 1_000),
      overheadLatencyMicroseconds: Math.round((sentAt - request.startedAt) * 1_000),
      timestamp,
    });
  }
}

function captureAnswer(
  hosting: HostingState,
  { fleet, variant }: Target,
  request: Invocation,
  outcome: {
    readonly endpointName: string;
    readonly timestamp: number;
    readonly answer: ContainerAnswer;
  },
): void {
  const config = fleet.spec.dataCapture;
  if (!request.isCaptured || config === undefined) return;
  hosting.capture.add({
    endpointName: outcome.endpointName,
    variantName: variant.spec.name,
    roleArn: variant.spec.roleArn,
    config,
    input: { contentType: request.input.ContentType, data: request.body },
    output: { contentType: outcome.answer.contentType, data: outcome.answer.body },
    eventId: request.eventId,
    inferenceId: request.input.InferenceId,
    timestamp: outcome.timestamp,
  });
}

function findEndpoint(hosting: HostingState, input: Checked<InvokeInput>): EndpointController {
  const name = input.EndpointName;
  const controller = hosting.controllers.get(name);
  const status = controller?.record.status;
  if (
    controller === undefined ||
    status === 'Creating' ||
    status === 'Failed' ||
    status === 'Deleting'
  ) {
    const { accountId } = hosting.cloud;
    throw new ValidationError(`Endpoint ${name} of account ${accountId} not found.`);
  }
  return controller;
}

function refuseUnsupported(input: InvokeInput): void {
  if (input.TargetModel !== undefined)
    throw new UnsupportedBySageMaker('TargetModel (multi-model endpoints)');
  if (input.InferenceComponentName !== undefined) {
    throw new UnsupportedBySageMaker('InferenceComponentName (inference components)');
  }
  if (input.EnableExplanations !== undefined) {
    throw new UnsupportedBySageMaker('EnableExplanations');
  }
  if (input.SessionId !== undefined)
    throw new UnsupportedBySageMaker('SessionId (stateful sessions)');
}

async function findTarget(controller: EndpointController, input: InvokeInput): Promise<Target> {
  const target = await controller.target(input.TargetVariant);
  if (target === undefined) {
    throw new ValidationError(
      `Variant ${input.TargetVariant} not found for Endpoint ${controller.name}.`,
    );
  }
  checkTargetContainer(target.variant, input.TargetContainerHostname);
  return target;
}

function checkTargetContainer(variant: VariantFleet, hostname: string | undefined): void {
  const { mode, containers, name } = variant.spec;
  if (mode === 'Direct' && hostname === undefined) {
    throw new ValidationError(
      `TargetContainerHostname must be specified: the model of variant ${name} has containers in Direct mode.`,
    );
  }
  if (hostname === undefined) return;
  if (mode !== 'Direct') {
    throw new ValidationError(
      `TargetContainerHostname is only supported by models whose InferenceExecutionConfig mode is Direct; that of variant ${name} is not.`,
    );
  }
  if (!containers.some((container) => container.hostname === hostname)) {
    throw new ValidationError(`Container ${hostname} not found for variant ${name}.`);
  }
}

/** A serverless endpoint has words of its own: https://github.com/aws/sagemaker-python-sdk/issues/4271 */
function checkSize({ cloud }: HostingState, { spec }: VariantFleet, body: Uint8Array): void {
  if (spec.serverless === undefined) {
    if (body.length > MAX_PAYLOAD_BYTES) throw new PayloadTooLarge(MAX_PAYLOAD_BYTES);
  } else if (body.length > MAX_SERVERLESS_PAYLOAD_BYTES) {
    throw new ValidationError(`Request ${cloud.random.uuid()} has oversize body.`);
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html#serverless-endpoints-how-it-works-concurrency */
function checkConcurrency(variant: VariantFleet): void {
  const limit = variant.spec.serverless?.MaxConcurrency;
  if (limit === undefined || variant.outstanding < limit) return;
  throw new ThrottlingException(
    `Rate exceeded: the serverless variant ${variant.spec.name} already has its ${limit} concurrent requests.`,
  );
}

function headersOf(input: InvokeInput): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (input.ContentType !== undefined) headers['Content-Type'] = input.ContentType;
  if (input.Accept !== undefined) headers['Accept'] = input.Accept;
  if (input.InferenceId !== undefined) {
    headers['X-Amzn-SageMaker-Inference-Id'] = input.InferenceId;
  }
  if (input.CustomAttributes !== undefined) {
    headers['X-Amzn-SageMaker-Custom-Attributes'] = input.CustomAttributes;
  }
  return headers;
}

function customAttributes(answer: ContainerAnswer): string | undefined {
  return answer.headers['x-amzn-sagemaker-custom-attributes'];
}

/** Longer error bodies are truncated in the message of ModelError. */
const MAX_ERROR_CHARACTERS = 8_192;

function modelError(cloud: Cloud, endpointName: string, failure: ContainerFailure): ModelError {
  const kind = failure.status >= 400 && failure.status < 500 ? 'client' : 'server';
  const group = `/aws/sagemaker/Endpoints/${endpointName}`;
  const { region, accountId } = cloud;
  const message = failure.message.slice(0, MAX_ERROR_CHARACTERS);
  return new ModelError(
    `Received ${kind} error (${failure.status}) from ${failure.container} with message "${message}". See https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${group} in account ${accountId} for more information.`,
    {
      status: failure.status,
      message,
      logStreamArn: cloud.arn('logs', `log-group:${group}`),
    },
  );
}

/** AWS's message for an endpoint without a running container. */
function noResponse(endpointName: string): string {
  return `Amazon SageMaker could not get a response from the ${endpointName} endpoint. This can occur when CPU or memory utilization is high. To check your utilization, see Amazon CloudWatch. To fix this problem, use an instance type with more CPU capacity or memory.`;
}

/** @throws PayloadTooLarge before more than the limit is held */
async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  if (!(body instanceof Readable)) return new Uint8Array(0);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_PAYLOAD_BYTES) throw new PayloadTooLarge(MAX_PAYLOAD_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
