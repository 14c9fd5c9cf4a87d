import type { InvocationResponse } from '@aws-sdk/client-lambda';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { ServicePrincipal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { headerOf, type WebResponse } from '../../../cloud/web.ts';
import { functionOf } from '../integrations.ts';
import { LONGEST_INTEGRATION_MS } from '../limits.ts';
import { DEFAULT_ROUTE } from '../route-key.ts';
import type { IntegrationRecord } from '../store.ts';
import { eventOf } from './event.ts';
import { type Exchange, routeKeyOf } from './exchange.ts';
import { responseOf } from './function-response.ts';
import { internalError, payloadTooLarge, type Refusal, serviceUnavailable } from './refusal.ts';
import { within } from './within.ts';

/** Invokes the function of an integration and reads its response. @throws Refusal */
export async function invokeFunction(
  cloud: Cloud,
  exchange: Exchange,
  { settings }: IntegrationRecord,
  body: Uint8Array,
): Promise<WebResponse> {
  const startedAt = cloud.clock.now();
  const latency = () => ({ latencyMs: cloud.clock.now() - startedAt });
  try {
    const invocation = invoke(cloud, exchange, settings.IntegrationUri ?? '', body);
    const timeoutMs = settings.TimeoutInMillis ?? LONGEST_INTEGRATION_MS;
    const { Payload, FunctionError } = await within(cloud.clock, timeoutMs, invocation);
    if (FunctionError !== undefined) {
      exchange.integration = { ...latency(), status: 200, error: errorOf(Payload) };
      throw internalError();
    }
    const response = responseOf(textOf(Payload));
    exchange.integration = { ...latency(), status: 200, functionStatus: response.status };
    return response;
  } catch (error) {
    exchange.integration ??= { ...latency(), ...problemOf(error) };
    throw error instanceof ServiceError ? refusalOf(error) : error;
  }
}

async function invoke(
  cloud: Cloud,
  exchange: Exchange,
  uri: string,
  body: Uint8Array,
): Promise<InvocationResponse> {
  const FunctionName = functionOf(withVariables(uri, exchange.stage.settings.StageVariables));
  if (FunctionName === undefined) throw internalError();
  const traceHeader = traceOf(cloud, exchange);
  const event = eventOf(exchange, { accountId: cloud.accountId, traceHeader, body });
  const input = { FunctionName, Payload: Buffer.from(JSON.stringify(event)) };
  return cloud.handOn<InvocationResponse>(callerOf(cloud, exchange), 'lambda', 'Invoke', input, {
    traceHeader,
  });
}

function withVariables(uri: string, variables: Readonly<Record<string, string>> = {}): string {
  return uri.replaceAll(
    /\$\{stageVariables\.(\w+)\}/g,
    (_all, name: string) => variables[name] ?? '',
  );
}

/** Long enough for every tracing header of AWS. */
const LONGEST_TRACE = 1_024;

function traceOf({ random }: Cloud, { request, startedAt }: Exchange): string {
  const given = headerOf(request, 'x-amzn-trace-id');
  if (given !== undefined && given.length <= LONGEST_TRACE) return given;
  return `Root=1-${Math.floor(startedAt / 1_000).toString(16)}-${random.hex(24)}`;
}

/** API Gateway, for the method and route of the request: what the function's permission names as its source. */
function callerOf(cloud: Cloud, exchange: Exchange): ServicePrincipal {
  const { api, request, stage } = exchange;
  const key = routeKeyOf(exchange) ?? DEFAULT_ROUTE;
  const path = key.slice(key.indexOf(' ') + 1);
  const resource = key === DEFAULT_ROUTE ? key : `${request.method}${path}`;
  const sourceArn = cloud.arn('execute-api', `${api.id}/${stage.id}/${resource}`);
  return { kind: 'service', service: 'apigateway.amazonaws.com', sourceArn };
}

function textOf(payload: Uint8Array | undefined): string {
  return Buffer.from(payload ?? []).toString('utf8');
}

function errorOf(payload: Uint8Array | undefined): string {
  return `The function returned an error: ${textOf(payload).slice(0, 1_000)}`;
}

const NO_PERMISSION =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.";

function problemOf(error: unknown): { readonly status?: number; readonly error: string } {
  if (!(error instanceof ServiceError)) return { error: 'Integration failed' };
  const isDenied = error.code === 'AccessDeniedException';
  return { status: error.status, error: isDenied ? NO_PERMISSION : error.message };
}

/** A throttled function is unavailable; everything else that Lambda refuses is an internal error of the API. */
function refusalOf({ code }: ServiceError): Refusal {
  if (code === 'RequestTooLargeException') return payloadTooLarge();
  return code === 'TooManyRequestsException' ? serviceUnavailable() : internalError();
}
