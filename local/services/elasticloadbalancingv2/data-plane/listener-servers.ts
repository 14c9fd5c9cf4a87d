import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { WebHeader } from '../../../cloud/web.ts';
import { refusal } from '../../../host/loopback.ts';
import { visibleText } from '../../../host/visible-text.ts';
import { secondsOf } from '../attributes.ts';
import { HEADERS_BYTES } from '../limits.ts';
import type { BalancerStore, ListenerRecord } from '../store.ts';
import type { Balancer } from './balancer.ts';
import { type BalancedRequest, type BalancedResponse, errorPage } from './exchange.ts';

const HOST = '127.0.0.1';

/** The HTTP servers of all listeners, each on a port of this machine. */
export class ListenerServers {
  readonly #cloud: Cloud;
  readonly #store: BalancerStore;
  readonly #balancer: Balancer;
  readonly #servers = new Map<string, Server>();

  constructor(cloud: Cloud, store: BalancerStore, balancer: Balancer) {
    this.#cloud = cloud;
    this.#store = store;
    this.#balancer = balancer;
  }

  async openAll(): Promise<void> {
    for (const listener of this.#store.listenersOf()) await this.open(listener);
  }

  /** Listens on the port that the listener had before, or on any free one if another program has taken it. */
  async open(listener: ListenerRecord): Promise<void> {
    const { arn, localPort, protocol } = listener;
    const server = createServer({ maxHeaderSize: HEADERS_BYTES, requestTimeout: 0 });
    server.on('request', (message, response) => void this.#handle(arn, message, response));
    server.keepAliveTimeout = this.#idleMs(listener);
    const isOpen = localPort !== 0 && (await listen(server, localPort));
    if (!isOpen) await listen(server, 0);
    const found = (server.address() as AddressInfo).port;
    const current = this.#store.listeners.get(arn);
    if (current === undefined) {
      // It was deleted while its port was being opened.
      server.close();
      return;
    }
    this.#servers.set(arn, server);
    if (found !== localPort) this.#store.listeners.put(arn, { ...current, localPort: found });
    if (localPort !== 0 && !isOpen) {
      this.#cloud.logger.warn(
        { listener: arn, taken: localPort, port: found },
        'The port of a listener is in use; it listens on another one',
      );
    }
    if (protocol === 'HTTPS') {
      this.#cloud.logger.warn(
        { listener: arn, port: found, certificates: listener.certificates },
        'An HTTPS listener speaks plain HTTP on this machine; its certificate has no effect',
      );
    }
  }

  async close(arn: string): Promise<void> {
    const server = this.#servers.get(arn);
    this.#servers.delete(arn);
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((arn) => this.close(arn)));
  }

  #idleMs({ loadBalancerArn }: ListenerRecord): number {
    const balancer = this.#store.loadBalancers.get(loadBalancerArn);
    return secondsOf(balancer?.attributes ?? {}, 'idle_timeout.timeout_seconds') || DEFAULT_IDLE_MS;
  }

  async #handle(arn: string, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const listener = this.#store.listeners.get(arn);
    const refused = refusal(message.headers, HOST);
    if (refused !== undefined || listener === undefined) {
      const page = { ...errorPage(403), body: `${visibleText(refused ?? 'No such listener.')}\n` };
      return finish(message, response, page);
    }
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    // The client stops sending before its request is complete.
    message.setTimeout(this.#idleMs(listener), () => {
      if (message.complete || response.headersSent) return;
      void finish(message, response, errorPage(408));
    });
    // Without a listener, Node closes the connection while the target is still working.
    response.on('timeout', () => {});
    const reply = await this.#balancer.answer(arn, toRequest(message, gone.signal));
    if (!response.headersSent) await finish(message, response, reply);
  }
}

const DEFAULT_IDLE_MS = 60_000;

function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', failed);
    server.listen({ port, host: HOST }, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function toRequest(message: IncomingMessage, signal: AbortSignal): BalancedRequest {
  const headers: WebHeader[] = [];
  const { rawHeaders } = message;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  }
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    headers,
    sourceIp: (message.socket.remoteAddress ?? HOST).replace(/^::ffff:/, ''),
    body: message,
    signal,
  };
}

async function finish(
  message: IncomingMessage,
  response: ServerResponse,
  { body, headers, status }: BalancedResponse,
): Promise<void> {
  const isRest = !message.complete;
  // An unread body would block the next request of the connection.
  const all = isRest ? [...headers, ['connection', 'close'] as const] : headers;
  try {
    if (typeof body === 'string') {
      const length = ['content-length', String(Buffer.byteLength(body))] as const;
      response.writeHead(status, [...all, length].flat());
      response.end(message.method === 'HEAD' ? undefined : body);
      if (isRest) message.resume();
      return;
    }
    response.writeHead(status, all.flat());
    await pipeline(body, response);
  } catch {
    // The client or the target broke off half-way, which the other one sees as the end of its connection.
    response.destroy();
    if (body instanceof Readable) body.destroy();
  }
}
