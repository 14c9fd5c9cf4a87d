import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One invocation as the runtime in the sandbox receives it. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly deadline: number;
  readonly traceId: string;
  readonly clientContext: string | undefined;
  readonly payload: Uint8Array;
}

/** What the runtime in the sandbox reports. */
export interface RuntimeListener {
  /** The runtime has loaded the code or ended an invocation, and waits for the next one. */
  ready(): void;
  responded(requestId: string, payload: Buffer): void;
  failed(requestId: string, payload: Buffer): void;
  initFailed(payload: Buffer): void;
}

const VERSION = '/2018-06-01/runtime/';

/**
 * The Lambda Runtime API of one sandbox. Any runtime that uses it can run here, including AWS's.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #next: ServerResponse | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // A runtime waits for its next invocation without a timeout.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.unref();
  }

  /** Resolves to `host:port`, the value of AWS_LAMBDA_RUNTIME_API. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isWaiting(): boolean {
    return this.#next !== undefined;
  }

  /** Passes an invocation to the waiting runtime. */
  give(invocation: RuntimeInvocation): void {
    const response = this.#next;
    this.#next = undefined;
    response?.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': invocation.payload.byteLength,
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': String(invocation.deadline),
      'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
      'Lambda-Runtime-Trace-Id': invocation.traceId,
      ...(invocation.clientContext !== undefined && {
        'Lambda-Runtime-Client-Context': invocation.clientContext,
      }),
    });
    response?.end(invocation.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(VERSION, '');
    if (request.method === 'GET' && path === 'invocation/next') {
      this.#next = response;
      this.#listener.ready();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const found = /^(?:invocation\/([\w-]+)\/(response|error)|init\/error)$/.exec(path);
    if (request.method !== 'POST' || found === null) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
    this.#tell(found[1], found[2], Buffer.concat(chunks));
  }

  #tell(requestId: string | undefined, kind: string | undefined, payload: Buffer): void {
    if (requestId === undefined) this.#listener.initFailed(payload);
    else if (kind === 'response') this.#listener.responded(requestId, payload);
    else this.#listener.failed(requestId, payload);
  }
}
