import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import type { ServingPlace } from '../events/index.ts';
import { askService } from './ask-service.ts';
import type { Clients } from './clients.ts';
import {
  ModelBusy,
  ModelError,
  type ModelReply,
  type ModelRequest,
  NoLiveModel,
  RequestTooLarge,
} from './model-request.ts';

/** Where a live model is asked. */
export interface AskedPlace {
  /** The endpoint, unless `serving` names another place. */
  readonly endpointName: string;
  readonly serving?: ServingPlace | undefined;
}

/**
 * Asks the live model, wherever it serves.
 *
 * @throws ModelBusy, ModelError, NoLiveModel, RequestTooLarge, errors of the place's service
 */
export async function askLiveModel(
  clients: Pick<Clients, 'lambda' | 'sagemakerRuntime'>,
  { endpointName, serving }: AskedPlace,
  request: ModelRequest,
): Promise<ModelReply> {
  switch (serving?.type) {
    case undefined:
      return askEndpoint(clients, endpointName, request);
    case 'lambda':
      return askFunction(clients, serving, request);
    case 'container':
      return askService(clients, serving, request);
  }
}

async function askEndpoint(
  { sagemakerRuntime }: Pick<Clients, 'sagemakerRuntime'>,
  endpointName: string,
  { body, contentType, accept = contentType, inferenceId, variant: TargetVariant }: ModelRequest,
): Promise<ModelReply> {
  try {
    const { Body, InvokedProductionVariant: variant } = await sagemakerRuntime.send(
      new InvokeEndpointCommand({
        EndpointName: endpointName,
        TargetVariant,
        ContentType: contentType,
        Accept: accept,
        InferenceId: inferenceId,
        Body: body,
      }),
    );
    return { text: Body.transformToString(), variant };
  } catch (error) {
    throw explainEndpoint(endpointName, body, error);
  }
}

/** SageMaker has one error for almost everything that it refuses. */
function explainEndpoint(endpointName: string, body: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, name } = error;
  if (name === 'ValidationError' && /not found|could not find/i.test(message)) {
    return new NoLiveModel(endpointName, error);
  }
  // Of instances, and of serverless endpoints: https://github.com/aws/sagemaker-python-sdk/issues/171 and 4271
  if (/HTTP content length exceeded|has oversize body/.test(message)) {
    return new RequestTooLarge(endpointName, Buffer.byteLength(body), message);
  }
  // Beyond the concurrency of a serverless endpoint: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html
  if (name === 'ThrottlingException') {
    return new ModelBusy(endpointName, message, 'serving.maxConcurrency');
  }
  return error;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
const CONCURRENCY =
  'serving.reservedConcurrency or serving.provisionedConcurrency, or a larger quota of concurrent executions';

/** `images/predictor-lambda/predictor_lambda/handler.py` */
async function askFunction(
  { lambda }: Pick<Clients, 'lambda'>,
  { functionName, alias }: Extract<ServingPlace, { type: 'lambda' }>,
  { body, contentType, inferenceId }: ModelRequest,
): Promise<ModelReply> {
  const answer = await invoke(lambda, `${functionName}:${alias}`, {
    body,
    contentType,
    ...(inferenceId === undefined ? {} : { inferenceId }),
  });
  const { body: text = '', statusCode = 200 } = readAnswer(answer);
  if (statusCode >= 400) throw new ModelError(statusCode, text);
  return { text, variant: answer.ExecutedVersion };
}

async function invoke(
  lambda: Clients['lambda'],
  FunctionName: string,
  event: object,
): Promise<InvokeCommandOutput> {
  const Payload = JSON.stringify(event);
  try {
    return await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    switch (error.name) {
      case 'ResourceNotFoundException':
        throw new NoLiveModel(FunctionName, error);
      case 'RequestTooLargeException':
        throw new RequestTooLarge(FunctionName, Buffer.byteLength(Payload), error.message);
      case 'TooManyRequestsException':
        throw new ModelBusy(FunctionName, error.message, CONCURRENCY);
      default:
        throw error;
    }
  }
}

interface FunctionAnswer {
  readonly body?: string;
  readonly statusCode?: number;
}

/** A function that failed has no status; it is what a container's 500 is. */
function readAnswer({ FunctionError, Payload }: InvokeCommandOutput): FunctionAnswer {
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new ModelError(500, text);
  const answer: unknown = JSON.parse(text === '' ? 'null' : text);
  return typeof answer === 'object' && answer !== null ? answer : {};
}
