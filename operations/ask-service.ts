import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ServingPlace } from '../events/index.ts';
import { ModelError, type ModelReply, type ModelRequest, NoLiveModel } from './ask-live-model.ts';
import type { Clients } from './clients.ts';

/** The API waits for 30 seconds: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const PATIENCE_MS = 31_000;
/** What a load balancer answers that has no task: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const NO_TASK = 503;

/** Asks containers behind a load balancer, with a signed request to the API that reaches them. */
export async function askService(
  { lambda }: Pick<Clients, 'lambda'>,
  { address, serviceName }: Extract<ServingPlace, { type: 'container' }>,
  { body, contentType, inferenceId }: ModelRequest,
): Promise<ModelReply> {
  const url = new URL(`${address}/invocations`);
  const headers = {
    host: url.host,
    'content-type': contentType,
    ...(inferenceId === undefined ? {} : { 'x-amzn-sagemaker-inference-id': inferenceId }),
  };
  const signed = await sign(lambda, url, headers, body);
  const answer = await fetch(url, {
    method: 'POST',
    headers: signed,
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await answer.text();
  if (answer.ok) return { text, variant: undefined };
  const error = new ModelError(answer.status, text);
  throw answer.status === NO_TASK ? new NoLiveModel(serviceName, error) : error;
}

/** With the credentials and the region of a client of AWS. */
async function sign(
  { config }: Clients['lambda'],
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: config.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { ...headers },
    body,
  });
  const { headers: signed } = await signer.sign(request);
  // fetch sets it by itself.
  delete signed['host'];
  return signed;
}
