import { Readable } from 'node:stream';
import type { ResponseHeadersPolicyConfig } from '@aws-sdk/client-cloudfront';
import type { WebHeader, WebRequest, WebResponse } from '../../../cloud/web.ts';
import { findPolicy } from '../configured.ts';
import { liveCode } from '../functions/operations.ts';
import type { CloudFrontState } from '../state.ts';
import type { DistributionRecord } from '../store.ts';
import { type Behavior, behaviorFor, isAllowed } from './behaviors.ts';
import { compressed } from './compression.ts';
import { askOrigin } from './custom-origin.ts';
import { errorPage } from './error-page.ts';
import { forward } from './forwarding.ts';
import { InvalidResult, readResponse, readResult, viewerEvent } from './function-event.ts';
import { applyHeadersPolicy, withLocalHosts } from './response-headers.ts';
import { bucketOf, readFromBucket } from './s3-origin.ts';
import { type EdgeRequest, type EdgeResponse, without } from './viewer.ts';

/** One request for a distribution. */
interface Serving {
  readonly state: CloudFrontState;
  readonly distribution: DistributionRecord;
  readonly behavior: Behavior;
  readonly requestId: string;
}

/** Serves a request of a viewer. */
export async function serve(
  state: CloudFrontState,
  distribution: DistributionRecord,
  web: WebRequest,
): Promise<WebResponse> {
  const { config } = distribution;
  const request: EdgeRequest = {
    method: web.method,
    uri: web.path,
    query: web.query,
    headers: web.headers,
    web,
  };
  const requestId = state.cloud.random.hex(32);
  const serving = { state, distribution, behavior: behaviorFor(config, web.path), requestId };
  const response = await answer(serving, request);
  const { behavior } = serving;
  const policy = findPolicy(state, 'responseHeaders', behavior.ResponseHeadersPolicyId);
  const ruled = applyHeadersPolicy(
    policy as ResponseHeadersPolicyConfig | undefined,
    request,
    response,
  );
  const local = withLocalHosts(ruled, state.cloud.endpoint);
  return finished(await compressed(state, behavior, request, local), requestId);
}

async function answer(serving: Serving, request: EdgeRequest): Promise<EdgeResponse> {
  const { behavior, distribution } = serving;
  if (distribution.config.Enabled !== true) {
    return errorPage(403, 'The distribution is disabled.');
  }
  if (!isAllowed(behavior, request.method)) {
    return errorPage(
      403,
      'This distribution is not configured to allow the HTTP request method that was used for this request.',
    );
  }
  const asked = await runRequestFunction(serving, request);
  if ('status' in asked) return asked;
  const { DefaultRootObject: root = '' } = distribution.config;
  const rooted = asked.uri === '/' && root !== '' ? { ...asked, uri: `/${root}` } : asked;
  const response = await askOriginOf(serving, rooted);
  if (response.status >= 400) return replacedError(serving, rooted, response);
  return runResponseFunction(serving, rooted, response);
}

function askOriginOf(
  { behavior, distribution, state }: Serving,
  request: EdgeRequest,
): Promise<EdgeResponse> | EdgeResponse {
  const origin = distribution.config.Origins?.Items?.find(
    ({ Id }) => Id === behavior.TargetOriginId,
  );
  if (origin === undefined) return errorPage(502, 'The origin does not exist.');
  const bucket = bucketOf(origin);
  if (bucket !== undefined) {
    return readFromBucket(state, request, { bucket, distributionId: distribution.id, origin });
  }
  return askOrigin(state, request, { origin, forwarded: forward(state, behavior, request) });
}

/** The page for errors of this status, which all behaviors share; the error itself if it cannot be read. */
async function replacedError(
  serving: Serving,
  request: EdgeRequest,
  response: EdgeResponse,
): Promise<EdgeResponse> {
  const { config } = serving.distribution;
  const rule = config.CustomErrorResponses?.Items?.find(
    ({ ErrorCode }) => ErrorCode === response.status,
  );
  const path = rule?.ResponsePagePath;
  if (rule === undefined || path === undefined || path === '') return response;
  const page = await askOriginOf(
    { ...serving, behavior: behaviorFor(config, path) },
    { ...request, method: request.method === 'HEAD' ? 'HEAD' : 'GET', uri: path, headers: [] },
  );
  if (page.status >= 400) return response;
  const status = Number(rule.ResponseCode ?? response.status);
  return { ...page, status, mark: 'Error' };
}

async function runRequestFunction(
  serving: Serving,
  request: EdgeRequest,
): Promise<EdgeRequest | EdgeResponse> {
  const code = codeFor(serving, 'viewer-request');
  if (code === undefined) return request;
  const event = viewerEvent('viewer-request', contextOf(serving), request);
  return run(serving, code, event, (result) => readResult(result, request));
}

function runResponseFunction(
  serving: Serving,
  request: EdgeRequest,
  response: EdgeResponse,
): Promise<EdgeResponse> | EdgeResponse {
  const code = codeFor(serving, 'viewer-response');
  if (code === undefined) return response;
  const event = viewerEvent('viewer-response', contextOf(serving), request, response);
  return run(serving, code, event, (result) => readResponse(result, response));
}

type EventType = 'viewer-request' | 'viewer-response';

function codeFor({ behavior, state }: Serving, type: EventType): Uint8Array | undefined {
  const association = behavior.FunctionAssociations?.Items?.find(
    ({ EventType }) => EventType === type,
  );
  return association === undefined ? undefined : liveCode(state, association.FunctionARN);
}

function contextOf({ distribution, requestId, state }: Serving) {
  return {
    distributionDomainName: state.domainOf(distribution.id),
    distributionId: distribution.id,
    requestId,
  };
}

/** Runs a function; CloudFront answers 503 for one that fails. */
async function run<Result>(
  { distribution, state }: Serving,
  code: Uint8Array,
  event: object,
  read: (result: unknown) => Result,
): Promise<Result | EdgeResponse> {
  const outcome = await state.sandbox.run(code, event);
  const { id } = distribution;
  if (outcome.kind === 'error') {
    state.cloud.logger.warn(
      { distribution: id, reason: outcome.reason },
      'A function of CloudFront failed',
    );
    return errorPage(
      503,
      'The CloudFront function associated with the CloudFront distribution is invalid or could not run.',
      'FunctionExecutionError',
    );
  }
  for (const line of outcome.lines) {
    state.cloud.logger.info({ distribution: id, line }, 'A function of CloudFront wrote a line');
  }
  try {
    return read(outcome.result);
  } catch (error) {
    if (!(error instanceof InvalidResult)) throw error;
    return errorPage(
      503,
      `The CloudFront function returned an invalid value: ${error.message}.`,
      'FunctionValidationError',
    );
  }
}

/** With the headers that CloudFront adds to every response. */
function finished({ body, headers, mark, status }: EdgeResponse, requestId: string): WebResponse {
  const kept = without(without(without(headers, 'via'), 'x-cache'), 'connection');
  const own: readonly WebHeader[] = [
    ['x-cache', `${mark} from cloudfront`],
    ['via', '1.1 stepmill.cloudfront.net (CloudFront)'],
    ['x-amz-cf-pop', 'LOCAL'],
    ['x-amz-cf-id', requestId],
  ];
  const all = [...kept, ...own];
  if (body instanceof Readable) return { status, headers: all, stream: body };
  return { status, headers: all, ...(body !== undefined && { body }) };
}
