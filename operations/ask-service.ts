import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ServingPlace } from '../events/index.ts';
import type { Clients } from './clients.ts';
import {
  ModelError,
  type ModelReply,
  type ModelRequest,
  NoLiveModel,
  RequestTooLarge,
} from './model-request.ts';

/** The API waits for 30 seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const PATIENCE_MS = 31_000;
/** What a load balancer answers that has no task: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const NO_TASK = 503;
/**
 * What the API answers where no task did within its 30 seconds; a load balancer answers with a page:
 * https://github.com/serverless/serverless/issues/11222
 */
const TIMED_OUT = '{"message":"Service Unavailable"}';
/** The API, not the model: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const TOO_LARGE = 413;
const MAXIMUM_BYTES = 10 * 1024 * 1024;
/** A connection that was kept for the next request, and ended by the other side since. */
const CONNECTION_ENDED: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

/** Asks containers behind a load balancer, with a signed request to the API that reaches them. */
export async function askService(
  { lambda }: Pick<Clients, 'lambda'>,
  { address, serviceName }: Extract<ServingPlace, { type: 'container' }>,
  { body, contentType, inferenceId }: ModelRequest,
): Promise<ModelReply> {
  const url = new URL(`${address}/invocations`);
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    headers: {
      host: url.host,
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      ...(inferenceId === undefined ? {} : { 'x-amzn-sagemaker-inference-id': inferenceId }),
    },
    body,
  });
  const { statusCode, text } = await send(lambda, await sign(lambda, request));
  if (statusCode < 300) return { text, variant: undefined };
  const sizeBytes = Buffer.byteLength(body);
  if (statusCode === TOO_LARGE && sizeBytes > MAXIMUM_BYTES) {
    const limit = `API Gateway takes at most ${MAXIMUM_BYTES} bytes`;
    throw new RequestTooLarge(serviceName, sizeBytes, limit);
  }
  const error = new ModelError(
    statusCode,
    text === TIMED_OUT ? 'no answer within the 30 seconds of API Gateway' : text,
  );
  const hasNoTask = statusCode === NO_TASK && text !== TIMED_OUT;
  throw hasNoTask ? new NoLiveModel(serviceName, error) : error;
}

/** With the credentials and the region of a client of AWS. */
async function sign({ config }: Clients['lambda'], request: HttpRequest): Promise<HttpRequest> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: config.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  const { headers } = await signer.sign(request);
  const signed = HttpRequest.clone(request);
  signed.headers = headers;
  signed.hostname = resolve(request.hostname);
  return signed;
}

/** Names below `localhost` are this machine, which not every resolver knows: https://datatracker.ietf.org/doc/html/rfc6761#section-6.3 */
function resolve(hostname: string): string {
  return hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
}

interface Answer {
  readonly statusCode: number;
  readonly text: string;
}

/** Over the connections that the client keeps. */
async function send(
  lambda: Clients['lambda'],
  request: HttpRequest,
  attempts = 2,
): Promise<Answer> {
  try {
    const { config } = lambda;
    const abortSignal = AbortSignal.timeout(PATIENCE_MS);
    const handled = await config.requestHandler.handle(request, { abortSignal });
    const { body, statusCode } = handled.response as HttpResponse;
    const bytes = await config.streamCollector(body);
    return { statusCode, text: Buffer.from(bytes).toString() };
  } catch (error) {
    const isEnded =
      error instanceof Error && 'code' in error && CONNECTION_ENDED.includes(error.code);
    if (!isEnded || attempts === 1) throw error;
    return send(lambda, request, attempts - 1);
  }
}
