import { connect, type Socket } from 'node:net';
import {
  type ContainerAnswer,
  type ContainerClient,
  type ContainerRequest,
  ContainerUnreachable,
  InvocationTimeout,
} from './container-client.ts';

interface Exchange {
  readonly head: string;
  readonly body: Uint8Array;
  readonly timer: NodeJS.Timeout;
  resolve(answer: ContainerAnswer): void;
  reject(error: Error): void;
}

/** Timeouts are rounded up to this, so that Node keeps few lists of timers. */
const TIMEOUT_GRAIN_MS = 500;
/** Smaller bodies are sent in one write with their headers. */
const ONE_PIECE_BYTES = 64 * 1024;

/**
 * HTTP/1.1 over a Unix socket to our own server: persistent connections, answers with a length. Node's
 * client takes more time than the predictions of a small model, and this client about half of it.
 */
export class SocketClient implements ContainerClient {
  readonly #path: string;
  readonly #maxConnections: number;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  #waiting: Exchange[] = [];

  constructor(path: string, maxConnections: number) {
    this.#path = path;
    this.#maxConnections = maxConnections;
  }

  /**
   * Sends a request. If all connections are busy, it waits in order, and its timeout runs.
   *
   * @throws InvocationTimeout, ContainerUnreachable
   */
  send(method: string, path: string, request: ContainerRequest): Promise<ContainerAnswer> {
    return new Promise((resolve, reject) => {
      const exchange: Exchange = {
        head: renderHead(method, path, request),
        body: request.body,
        timer: setTimeout(() => this.#giveUp(exchange), grained(request.timeoutMs)),
        resolve,
        reject,
      };
      const connection = this.#idle.pop() ?? this.#open();
      if (connection === undefined) this.#waiting.push(exchange);
      else connection.begin(exchange);
    });
  }

  /** Aborts all requests in progress. */
  close(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const exchange of waiting) this.#refuse(exchange);
    for (const connection of this.#all) connection.close();
  }

  #open(): Connection | undefined {
    if (this.#all.size >= this.#maxConnections) return undefined;
    const connection = new Connection(connect(this.#path), {
      onFree: () => this.#next(connection),
      onClosed: () => this.#forget(connection),
    });
    this.#all.add(connection);
    return connection;
  }

  #next(connection: Connection): void {
    const exchange = this.#waiting.shift();
    if (exchange === undefined) this.#idle.push(connection);
    else connection.begin(exchange);
  }

  /** Opens a new connection for each waiting request. */
  #forget(connection: Connection): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    const exchange = this.#waiting.shift();
    if (exchange === undefined) return;
    const other = this.#open();
    if (other === undefined) this.#waiting.unshift(exchange);
    else other.begin(exchange);
  }

  #giveUp(exchange: Exchange): void {
    const index = this.#waiting.indexOf(exchange);
    if (index >= 0) this.#waiting.splice(index, 1);
    exchange.reject(new InvocationTimeout());
    for (const connection of this.#all) connection.closeIfServing(exchange);
  }

  #refuse(exchange: Exchange): void {
    clearTimeout(exchange.timer);
    exchange.reject(new ContainerUnreachable(undefined));
  }
}

interface Owner {
  onFree(): void;
  onClosed(): void;
}

/** One connection with one request at a time. */
class Connection {
  readonly #socket: Socket;
  readonly #owner: Owner;
  #exchange: Exchange | undefined;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #head: ParsedHead | undefined;

  constructor(socket: Socket, owner: Owner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      this.#fail(undefined);
      owner.onClosed();
    });
  }

  begin(exchange: Exchange): void {
    this.#exchange = exchange;
    if (exchange.body.length <= ONE_PIECE_BYTES) {
      this.#socket.write(Buffer.concat([Buffer.from(exchange.head, 'latin1'), exchange.body]));
      return;
    }
    this.#socket.write(exchange.head, 'latin1');
    this.#socket.write(exchange.body);
  }

  close(): void {
    this.#socket.destroy();
  }

  closeIfServing(exchange: Exchange): void {
    if (this.#exchange === exchange) this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    this.#head ??= this.#readHead();
    const head = this.#head;
    if (head === undefined || this.#receivedBytes < head.totalBytes) return;
    const exchange = this.#exchange;
    const [first] = this.#received;
    const all =
      this.#received.length === 1 && first !== undefined ? first : Buffer.concat(this.#received);
    this.#received = [];
    this.#receivedBytes = 0;
    this.#head = undefined;
    this.#exchange = undefined;
    if (exchange !== undefined) {
      clearTimeout(exchange.timer);
      exchange.resolve({
        status: head.status,
        contentType: head.headers['content-type'],
        headers: head.headers,
        body: all.subarray(head.bodyAt, head.totalBytes),
      });
    }
    this.#owner.onFree();
  }

  #readHead(): ParsedHead | undefined {
    const [first] = this.#received;
    const start =
      this.#received.length === 1 && first !== undefined ? first : Buffer.concat(this.#received);
    const end = start.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    return parseHead(start.toString('latin1', 0, end), end + 4);
  }

  #fail(error: Error | undefined): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange === undefined) return;
    clearTimeout(exchange.timer);
    exchange.reject(new ContainerUnreachable(error));
  }
}

interface ParsedHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyAt: number;
  readonly totalBytes: number;
}

function parseHead(text: string, bodyAt: number): ParsedHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return {
    status: Number(statusLine.slice(9, 12)),
    headers,
    bodyAt,
    totalBytes: bodyAt + Number(headers['content-length'] ?? 0),
  };
}

/** Header values come from a client, so line breaks are replaced by spaces. */
function renderHead(method: string, path: string, request: ContainerRequest): string {
  let head = `${method} ${path} HTTP/1.1\r\nContent-Length: ${request.body.length}\r\n`;
  for (const [name, value] of Object.entries(request.headers)) {
    head += `${name}: ${value.replaceAll(/[\r\n\0]/g, ' ')}\r\n`;
  }
  return `${head}\r\n`;
}

function grained(timeoutMs: number): number {
  return timeoutMs < TIMEOUT_GRAIN_MS
    ? timeoutMs
    : Math.ceil(timeoutMs / TIMEOUT_GRAIN_MS) * TIMEOUT_GRAIN_MS;
}
