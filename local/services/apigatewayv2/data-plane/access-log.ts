import type { LogLine } from '../../../cloud/service.ts';
import { headerOf } from '../../../cloud/web.ts';
import { type Exchange, routeKeyOf } from './exchange.ts';
import { requestTime } from './request-time.ts';

/** What the client got. */
export interface Outcome {
  readonly status: number;
  readonly bytes: number;
  readonly latencyMs: number;
  /** The message of an error that the gateway answered itself. */
  readonly errorMessage?: string | undefined;
}

/** The line of the access log for an exchange; undefined if the stage has no log. */
export function logLineOf(
  accountId: string,
  exchange: Exchange,
  outcome: Outcome,
): LogLine | undefined {
  const { DestinationArn: arn, Format: format } = exchange.stage.settings.AccessLogSettings ?? {};
  if (arn === undefined || format === undefined) return undefined;
  const values = valuesOf(accountId, exchange, outcome);
  const message = format.replaceAll(VARIABLE, (_all, name: string) =>
    cleaned(valueOf(values, exchange, name)),
  );
  const logGroup = arn.split(':')[6] ?? '';
  return { logGroup, logStream: `${exchange.api.id}/${exchange.stage.id}`, message };
}

type Value = string | number | undefined;
type Values = Readonly<Record<string, Value>>;

const VARIABLE = /\$context\.([\w]+(?:\.[\w:-]+)*)/g;

/** Names of claims can contain colons, as `cognito:groups` does. */
const CLAIM = /^authorizer\.(?:claims|jwt\.claims)\.(.+)$/;

function valueOf(values: Values, { authorized }: Exchange, name: string): Value {
  const claim = CLAIM.exec(name)?.[1];
  if (claim === undefined) return Object.hasOwn(values, name) ? values[name] : undefined;
  return authorized !== undefined && Object.hasOwn(authorized.claims, claim)
    ? authorized.claims[claim]
    : undefined;
}

/** A value cannot end the text of a JSON format, nor the line. */
function cleaned(value: Value): string {
  if (value === undefined || value === '') return '-';
  return JSON.stringify(String(value)).slice(1, -1);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
function valuesOf(accountId: string, exchange: Exchange, outcome: Outcome): Values {
  const { api, domainName, integration, path, request, requestId, stage, startedAt } = exchange;
  const { errorMessage } = outcome;
  return {
    accountId,
    apiId: api.id,
    'authorizer.error': exchange.authorizerError,
    domainName,
    domainPrefix: api.id,
    'error.message': errorMessage,
    'error.messageString': errorMessage === undefined ? undefined : JSON.stringify(errorMessage),
    'error.responseType': errorMessage === undefined ? undefined : responseType(outcome.status),
    extendedRequestId: requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': headerOf(request, 'user-agent'),
    'integration.error': integration?.error,
    'integration.integrationStatus': integration?.status,
    'integration.latency': integration?.latencyMs,
    'integration.status': integration?.functionStatus,
    integrationErrorMessage: integration?.error,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: requestTime(startedAt),
    requestTimeEpoch: startedAt,
    responseLatency: outcome.latencyMs,
    responseLength: outcome.bytes,
    routeKey: routeKeyOf(exchange),
    stage: stage.id,
    status: outcome.status,
  };
}

const RESPONSE_TYPES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'ACCESS_DENIED',
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  429: 'THROTTLED',
  503: 'INTEGRATION_TIMEOUT',
};

function responseType(status: number): string {
  return RESPONSE_TYPES[status] ?? 'INTEGRATION_FAILURE';
}
