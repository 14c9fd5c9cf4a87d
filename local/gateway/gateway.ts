import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { type CloudDirectory, UnsupportedOperation } from '../cloud/cloud.ts';
import { DOWNLOADS_PATH } from '../cloud/downloads.ts';
import { type Credentials, readCredentials } from '../cloud/request-credentials.ts';
import type { Call } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import type { Logger } from '../host/logger.ts';
import { foreignWrite, isLoopbackAddress, refusal } from '../host/loopback.ts';
import { SharedTime } from '../host/shared-time.ts';
import { visibleText } from '../host/visible-text.ts';
import { BrokenRecord, isDiskFull, StoreError } from '../store/index.ts';
import { IncompleteBody } from './aws-chunked.ts';
import { callerOf } from './caller.ts';
import { download } from './download.ts';
import { DiskFull, InternalFailure, StateDamaged, UnknownOperation } from './errors.ts';
import { checkPresigned } from './presigned.ts';
import type { WireRequest, WireResponse } from './protocol.ts';
import { RequestBody } from './request-body.ts';
import { type Route, routeOf } from './routing.ts';
import { preflight, withCors } from './s3-browser/cors.ts';
import { isFormUpload, postObject } from './s3-browser/post-object.ts';
import { refuseUnknownService } from './unknown-service.ts';
import { addressOf, answerWeb } from './web-requests.ts';

export interface GatewayOptions {
  /** The accounts that are served. */
  readonly clouds: CloudDirectory;
  /** A loopback address. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logger: Logger;
  /** The host of the only site that this server is for. @default it is for AWS's APIs and all hosts */
  readonly site?: string;
}

/** The HTTP server for AWS's wire protocols. */
export interface Gateway {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The port is in use. */
export class PortInUse extends Error {
  constructor(host: string, port: number, option = '--port') {
    super(
      `Port ${port} on ${host} is in use. The runtime was not started. ` +
        `Stop the other program (lsof -i :${port} names it) or choose another port with ${option}.`,
    );
    this.name = 'PortInUse';
  }
}

/** S3 keys of 1,024 bytes are three times as long percent-encoded; metadata adds 2 KB. */
const HEADERS_LIMIT_BYTES = 64 * 1024;
/**
 * Connections that wait to be accepted while the runtime is busy. Beyond Node's default of 511, the system drops them:
 * clients then give up after seconds, or their connection is reset. The system may have a lower limit
 * (`net.core.somaxconn`, 4,096 on Linux).
 */
const WAITING_CONNECTIONS = 4_096;
/** Smaller bodies are sent in one write with their headers. */
const ONE_WRITE_BYTES = 16 * 1024;
/** How long the rest of a refused request body is read before the response is sent. */
const REST_PATIENCE_MS = 2_000;

/** @throws PortInUse */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, site } = options;
  if (!isLoopbackAddress(host)) {
    throw new Error(
      `${host} is not a loopback address. The runtime was not started: everybody who reaches it is an administrator, so it listens on 127.0.0.1, ::1 or localhost only.`,
    );
  }
  const handler = new RequestHandler(options);
  // Uploads of gigabytes and long polls take longer than Node's five minutes.
  const server = createServer({ maxHeaderSize: HEADERS_LIMIT_BYTES, requestTimeout: 0 });
  server.on('request', (request, response) => void handler.handle(request, response, false));
  server.on('checkContinue', (request, response) => void handler.handle(request, response, true));
  server.keepAliveTimeout = 60_000;
  await listen(server, host, port, site === undefined ? '--port' : '--console-port');
  const bound = (server.address() as AddressInfo).port;
  return {
    endpoint: `http://${host === '::1' ? '[::1]' : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Looks whether the port is free now. @throws PortInUse */
export async function refuseUsedPort(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await new Promise((closed) => {
    server.close(closed);
  });
}

/** The port if it is free now, and else any free one. */
export async function findFreePort(host: string, port: number): Promise<number> {
  const server = createServer();
  await listen(server, host, port).catch((error: unknown) => {
    if (!(error instanceof PortInUse)) throw error;
    return listen(server, host, 0);
  });
  const found = (server.address() as AddressInfo).port;
  await new Promise((closed) => {
    server.close(closed);
  });
  return found;
}

function listen(server: Server, host: string, port: number, option?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(host, port, option) : error),
    );
    server.listen({ port, host, backlog: WAITING_CONNECTIONS }, resolve);
  });
}

/** One request from its first byte to its last. */
class RequestHandler {
  readonly #clouds: CloudDirectory;
  readonly #host: string;
  readonly #logger: Logger;
  readonly #site: string | undefined;

  constructor({ clouds, host, logger, site }: GatewayOptions) {
    this.#clouds = clouds;
    this.#host = host;
    this.#logger = logger;
    this.#site = site;
  }

  async handle(
    message: IncomingMessage,
    response: ServerResponse,
    expectsContinue: boolean,
  ): Promise<void> {
    const requestId = this.#clouds.home.random.uuid();
    const body = new RequestBody(message, response, expectsContinue);
    try {
      const reply = await this.#answer(message, response, body, requestId);
      await send(message, response, reply, body);
    } catch (error) {
      // No response is possible: the client has disconnected, or the response failed half-way.
      if (!response.destroyed) this.#logger.warn({ requestId, error }, 'A response broke off');
      response.destroy();
    }
  }

  async #answer(
    message: IncomingMessage,
    response: ServerResponse,
    body: RequestBody,
    requestId: string,
  ): Promise<WireResponse> {
    const refused = refusal(message.headers, this.#host);
    if (refused !== undefined) return forbidden(refused);
    const foreign = this.#site === undefined ? undefined : foreignWrite(message);
    if (foreign !== undefined) return forbidden(foreign);
    const signal = abortedWith(response);
    try {
      const page = await answerWeb(this.#clouds, message, body, { signal, site: this.#site });
      if (page !== undefined) return page;
      if (this.#site !== undefined) return nothingHere();
    } catch (error) {
      const cause = hungUp(message) ? new IncompleteBody('the client hung up') : error;
      return this.#renderWebError(cause, requestId);
    }
    const request = toWireRequest(message, body);
    if (request.path.startsWith(DOWNLOADS_PATH)) return download(this.#clouds, request);
    const credentials = readCredentials(request.headers, request.query);
    const route = await routeOf(request, credentials.service);
    if (route === undefined) return refuseUnknownService(request, credentials.service, requestId);
    const reply = await this.#answerApi(message, {
      request,
      credentials,
      route,
      requestId,
      signal: signal(),
    });
    return route.model.wire.name === 's3' ? withCors(request, reply, this.#clouds) : reply;
  }

  async #answerApi(
    message: IncomingMessage,
    { request, credentials, route, requestId, signal }: ApiRequest,
  ): Promise<WireResponse> {
    const { model, protocol } = route;
    try {
      const options = { requestId, ...clientOf(message), signal };
      if (model.wire.name === 's3') {
        if (request.method === 'OPTIONS') return await preflight(request, this.#clouds);
        if (isFormUpload(request)) {
          return await postObject(request, { clouds: this.#clouds, model, options });
        }
      }
      if (model.wire.name === 's3') checkPresigned(request.headers, request.query, Date.now());
      const { principal, cloud } = callerOf(credentials, this.#clouds, model.wire);
      const call = await protocol.parse(request, model);
      const operation = model.operations.get(call.operation);
      if (operation === undefined) {
        throw new UnknownOperation(`${model.wire.signingName} has no operation ${call.operation}`);
      }
      if (cloud.service(model.wire.name)?.operations[operation.name] === undefined) {
        throw new UnsupportedOperation(model.wire.name, operation.name);
      }
      const time = new SharedTime();
      const input = await call.readInput(operation);
      // Reading a large body can take as long as the operation.
      await time.share();
      const output = await cloud.call<Record<string, unknown> | undefined>(
        principal,
        model.wire.name,
        operation.name,
        input,
        { ...options, time },
      );
      return protocol.renderOutput({ model, operation, output: output ?? {}, requestId });
    } catch (error) {
      const cause = hungUp(message) ? new IncompleteBody('the client hung up') : error;
      return this.#renderError(cause, route, requestId);
    }
  }

  /** API Gateway's words for an internal error, with the reason where it is the state folder's. */
  #renderWebError(error: unknown, requestId: string): WireResponse {
    const isKnown = error instanceof ServiceError;
    if (!isKnown) this.#logFailure(error, requestId);
    const failure = isKnown ? error : shownFailure(error, requestId);
    return {
      status: failure.status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: failure.message }),
    };
  }

  #renderError(error: unknown, { model, protocol }: Route, requestId: string): WireResponse {
    if (error instanceof ServiceError) return protocol.renderError({ model, error, requestId });
    this.#logFailure(error, requestId, model.wire.name);
    return protocol.renderError({ model, error: shownFailure(error, requestId), requestId });
  }

  #logFailure(error: unknown, requestId: string, service?: ServiceName): void {
    const details = { requestId, ...(service !== undefined && { service }) };
    this.#logger.error({ ...details, error: describe(error) }, 'A request failed inside stepmill');
  }
}

/** A request for an operation of AWS's APIs. */
interface ApiRequest {
  readonly request: WireRequest;
  readonly credentials: Credentials;
  readonly route: Route;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** Whether the client disconnected before its request was complete, which explains any error. */
function hungUp(message: IncomingMessage): boolean {
  return message.destroyed && !message.complete;
}

/** The response to an internal error. */
function shownFailure(error: unknown, requestId: string): ServiceError {
  if (isDiskFull(error)) return new DiskFull();
  if (error instanceof StoreError || error instanceof BrokenRecord) {
    return new StateDamaged(error.message);
  }
  return new InternalFailure(requestId);
}

function toWireRequest(message: IncomingMessage, body: RequestBody): WireRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: message.headers,
    collect: (limitBytes) => body.collect(limitBytes),
    stream: () => body.stream(),
  };
}

/** AWS's headers have some hundred characters. */
const LONGEST_TRACE_HEADER = 1_024;

function clientOf(
  message: IncomingMessage,
): Pick<Call, 'sourceIpAddress' | 'userAgent' | 'traceHeader'> {
  const trace = message.headers['x-amzn-trace-id'];
  return {
    sourceIpAddress: addressOf(message),
    userAgent: message.headers['user-agent'] ?? '',
    ...(typeof trace === 'string' &&
      trace.length <= LONGEST_TRACE_HEADER && { traceHeader: trace }),
  };
}

/** A signal, made when it is first needed, that is aborted when the client disconnects. */
function abortedWith(response: ServerResponse): () => AbortSignal {
  let made: AbortSignal | undefined;
  return () => (made ??= signalOf(response));
}

function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  if (response.destroyed && !response.writableFinished) controller.abort();
  return controller.signal;
}

function forbidden(text: string): WireResponse {
  return {
    status: 403,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: `${visibleText(text)}\n`,
  };
}

function nothingHere(): WireResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return { status: 404, headers, body: 'Nothing is served on this port any more.\n' };
}

async function send(
  message: IncomingMessage,
  response: ServerResponse,
  reply: WireResponse,
  body: RequestBody,
): Promise<void> {
  // An unread body would block the next request of the connection.
  if (!message.readableEnded) {
    if (body.wasInvited) await readRest(message);
    else response.setHeader('connection', 'close');
  }
  // Node's `writeHead` refuses a disposition beyond ASCII; `setHeader` sends its bytes.
  const disposition = reply.headers['content-disposition'];
  if (typeof disposition === 'string') response.setHeader('content-disposition', disposition);
  const content = reply.body;
  if (content instanceof Readable) {
    response.writeHead(reply.status, reply.headers as OutgoingHttpHeaders);
    if (message.method === 'HEAD') {
      content.destroy();
      response.end();
    } else await pipeline(content, response);
    return;
  }
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  response.writeHead(reply.status, {
    ...(bytes === undefined && (reply.status === 204 || reply.status === 304)
      ? {}
      : { 'content-length': String(bytes?.byteLength ?? 0) }),
    ...(reply.headers as OutgoingHttpHeaders),
  });
  if (bytes === undefined || message.method === 'HEAD') response.end();
  else if (bytes.byteLength > ONE_WRITE_BYTES) response.end(bytes);
  else response.end(latin1Of(bytes), 'latin1');
}

/** Node sends headers and a text in one piece, and headers and bytes in two; in this encoding, a text is its bytes. */
function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/**
 * Drains the unread request body before replying, because clients read the response after they have sent the body:
 * one that reads it earlier treats the connection as free, and fails when it ends during its upload. (Node's
 * client even ends its process.) A client that sends for longer gets its response during the upload.
 */
async function readRest(message: IncomingMessage): Promise<void> {
  message.unpipe().resume();
  if (message.complete) return;
  const patience = new AbortController();
  await Promise.race([
    finished(message, { writable: false, signal: patience.signal }).catch(() => undefined),
    setTimeout(REST_PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
}

function describe(error: unknown): object {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { thrown: String(error) };
}
