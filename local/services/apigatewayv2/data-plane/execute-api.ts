import type { Cloud } from '../../../cloud/cloud.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { WebHeader, WebRequest, WebResponse } from '../../../cloud/web.ts';
import { deployedParts } from '../deployments.ts';
import { HEADERS_BYTES, PAYLOAD_BYTES } from '../limits.ts';
import { type ApiState, hostOfApi } from '../state.ts';
import type { DeployedParts, RouteRecord } from '../store.ts';

import { logLineOf, type Outcome } from './access-log.ts';
import { type ApiAddress, addressOf } from './address.ts';
import { corsHeaders, isPreflight, withoutCorsHeaders } from './cors.ts';
import { type Exchange, routeKeyOf } from './exchange.ts';
import { findRoute } from './find-route.ts';
import { authorizeByIam } from './iam-authorizer.ts';
import { invokeFunction } from './invoke.ts';
import { JwtAuthorizers } from './jwt-authorizer.ts';
import { recordMetrics } from './metrics.ts';
import { askListener } from './private-integration.ts';
import {
  badRequest,
  headersTooLarge,
  internalError,
  notFound,
  payloadTooLarge,
  Refusal,
  tooManyRequests,
} from './refusal.ts';
import { RouteThrottle } from './throttle.ts';

/** Answers the requests of all APIs. */
export class ExecuteApi {
  readonly #state: ApiState;
  readonly #throttle: RouteThrottle;
  readonly #authorizers: JwtAuthorizers;

  constructor(state: ApiState) {
    this.#state = state;
    this.#throttle = new RouteThrottle(state.cloud.clock);
    this.#authorizers = new JwtAuthorizers(state.cloud);
  }

  /** The response of an API; undefined for a request that is not for an API. */
  web(request: WebRequest): Promise<WebResponse> | undefined {
    const address = addressOf(request);
    if (address === undefined || !this.#answersFor(address)) return undefined;
    return this.#serve(request, address);
  }

  /** An API that no account has is refused by the home account. */
  #answersFor({ apiId }: ApiAddress): boolean {
    const { cloud, store } = this.#state;
    return cloud.directory.home === cloud || store.apis.get(apiId) !== undefined;
  }

  async #serve(request: WebRequest, address: ApiAddress): Promise<WebResponse> {
    const requestId = newRequestId(this.#state.cloud);
    const id: WebHeader = ['apigw-requestid', requestId];
    let exchange: Exchange;
    try {
      exchange = openExchange(this.#state, request, address, requestId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return rendered(error, [id]);
    }
    const { response, refusal } = await this.#respond(exchange);
    report(this.#state.cloud, exchange, response, refusal);
    return { ...response, headers: [...response.headers, id] };
  }

  async #respond(exchange: Exchange): Promise<Answer> {
    const cors = exchange.api.settings.CorsConfiguration;
    const own = cors === undefined ? [] : corsHeaders(cors, exchange.request);
    if (cors !== undefined && isPreflight(exchange.request)) {
      return { response: { status: 204, headers: own } };
    }
    try {
      const response = await this.#forward(exchange);
      if (cors === undefined) return { response };
      return {
        response: { ...response, headers: [...withoutCorsHeaders(response.headers), ...own] },
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      exchange.authorizerError ??= error.authorizerError;
      return { response: rendered(error, own), refusal: error };
    }
  }

  /** @throws Refusal */
  async #forward(exchange: Exchange): Promise<WebResponse> {
    const { request, stage } = exchange;
    if (headerBytes(request) > HEADERS_BYTES) throw headersTooLarge();
    const parts = deployedParts(this.#state, stage);
    const matched = findRoute(parts?.routes ?? [], request.method, pathInStage(exchange));
    if (parts === undefined || matched === undefined) throw notFound();
    exchange.matched = matched;
    if (!this.#throttle.takes(stage, routeKeyOf(exchange) ?? '')) throw tooManyRequests();
    await this.#authorize(exchange, matched.route, parts);
    const body = await bodyOf(request);
    const target = (matched.route.settings.Target ?? '').replace('integrations/', '');
    const integration = parts.integrations.find(({ id }) => id === target);
    if (integration === undefined) throw internalError();
    const ask =
      integration.settings.IntegrationType === 'HTTP_PROXY' ? askListener : invokeFunction;
    return ask(this.#state.cloud, exchange, integration, body);
  }

  /** Notes who asks, where the route has an authorizer or is authorized by IAM. @throws Refusal */
  async #authorize(
    exchange: Exchange,
    route: RouteRecord,
    { authorizers }: DeployedParts,
  ): Promise<void> {
    const { AuthorizationType: type = 'NONE', AuthorizerId } = route.settings;
    if (type === 'NONE') return;
    if (type === 'AWS_IAM') {
      exchange.caller = authorizeByIam(this.#state.cloud, exchange);
      return;
    }
    const authorizer = authorizers.find(({ id }) => id === AuthorizerId);
    if (authorizer === undefined) throw internalError();
    exchange.authorized = await this.#authorizers.authorize(exchange.request, authorizer, route);
  }
}

interface Answer {
  readonly response: WebResponse;
  readonly refusal?: Refusal;
}

/** @throws Refusal for a request that no stage serves */
function openExchange(
  { cloud, store }: ApiState,
  request: WebRequest,
  address: ApiAddress,
  requestId: string,
): Exchange {
  const api = store.apis.get(address.apiId);
  if (api === undefined || api.settings.DisableExecuteApiEndpoint === true) throw notFound();
  const path = decodedPath(address.path);
  const first = path.split('/')[1] ?? '';
  const stage = store.stages.get(api.id, first) ?? store.stages.get(api.id, DEFAULT_STAGE);
  if (stage === undefined) throw notFound();
  return {
    request,
    api,
    stage,
    requestId,
    startedAt: cloud.clock.now(),
    path,
    domainName: hostOfApi(cloud, api.id),
  };
}

const DEFAULT_STAGE = '$default';

/** HTTP APIs decode the path, and end it at a decoded question mark: https://github.com/hotsock/voker/pull/8 */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path).split('?')[0] ?? '/';
  } catch {
    throw badRequest();
  }
}

/** Routes do not contain the name of the stage. */
function pathInStage({ path, stage }: Exchange): string {
  if (stage.id === DEFAULT_STAGE) return path;
  const rest = path.slice(stage.id.length + 1);
  return rest === '' ? '/' : rest;
}

/** The request line and the headers. */
function headerBytes({ method, path, query, headers }: WebRequest): number {
  const lines = headers.map(([name, value]) => name.length + value.length + ': \r\n'.length);
  const line = method.length + path.length + query.length + ' ? HTTP/1.1\r\n'.length;
  return lines.reduce((sum, length) => sum + length, line);
}

async function bodyOf(request: WebRequest): Promise<Uint8Array> {
  try {
    return await request.collect(PAYLOAD_BYTES);
  } catch (error) {
    if (error instanceof ServiceError && error.status === 413) throw payloadTooLarge();
    throw error;
  }
}

function rendered({ status, message, headers }: Refusal, more: readonly WebHeader[]): WebResponse {
  return {
    status,
    headers: [['content-type', 'application/json'], ...headers, ...more],
    body: JSON.stringify({ message }),
  };
}

function report(
  cloud: Cloud,
  exchange: Exchange,
  { status, body }: WebResponse,
  refusal: Refusal | undefined,
): void {
  const outcome: Outcome = {
    status,
    bytes: typeof body === 'string' ? Buffer.byteLength(body) : (body?.byteLength ?? 0),
    latencyMs: cloud.clock.now() - exchange.startedAt,
    errorMessage: refusal?.message,
  };
  recordMetrics(cloud, exchange, outcome);
  const line = logLineOf(cloud.accountId, exchange, outcome);
  if (line !== undefined) cloud.writeLogLine(line);
}

/** A request id as those of API Gateway: 15 characters of base64 and an equals sign. */
function newRequestId({ random }: Cloud): string {
  return `${Buffer.from(random.hex(22), 'hex').toString('base64').slice(0, 15)}=`;
}
