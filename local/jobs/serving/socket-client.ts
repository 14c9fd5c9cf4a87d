import { connect, type Socket } from 'node:net';
import {
  type ContainerAnswer,
  type ContainerClient,
  type ContainerRequest,
  ContainerUnreachable,
  InvocationTimeout,
} from './container-client.ts';
import { HotWait } from './hot-wait.ts';

interface Exchange {
  /** Without the number of the connection and the empty line. */
  readonly head: string;
  /** The number of the connection that has sent it. */
  connection: number | undefined;
  readonly body: Uint8Array;
  readonly timer: NodeJS.Timeout;
  resolve(answer: ContainerAnswer): void;
  reject(error: Error): void;
}

/** Timeouts are rounded up to this, so that Node keeps few lists of timers. */
const TIMEOUT_GRAIN_MS = 500;
/** Smaller bodies are sent in one write with their headers. */
const ONE_PIECE_BYTES = 64 * 1024;
/** A script may answer with headers of its own. */
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * HTTP/1.1 over a Unix socket to our own server: persistent connections, answers with a length. Node's
 * client takes more time than the predictions of a small model, and this client about half of it.
 */
export class SocketClient implements ContainerClient {
  readonly #path: string;
  readonly #maxConnections: number;
  readonly #showsNumber: boolean;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #hotWait = new HotWait();
  #waiting: Exchange[] = [];

  /** The numbers of closed connections, which new ones get. */
  readonly #numbers: number[] = [];

  /** @param showsNumber whether the server gets the number of the connection, in the header X-Stepmill-Place */
  constructor(path: string, maxConnections: number, showsNumber = false) {
    this.#path = path;
    this.#maxConnections = maxConnections;
    this.#showsNumber = showsNumber;
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
        connection: undefined,
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
    const number = this.#numbers.pop() ?? this.#all.size;
    const connection = new Connection(connect(this.#path), number, {
      showsNumber: this.#showsNumber,
      hotWait: this.#hotWait,
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
    this.#numbers.push(connection.number);
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
    exchange.reject(new InvocationTimeout(exchange.connection));
    for (const connection of this.#all) connection.closeIfServing(exchange);
  }

  #refuse(exchange: Exchange): void {
    clearTimeout(exchange.timer);
    exchange.reject(new ContainerUnreachable(undefined));
  }
}

interface Owner {
  readonly showsNumber: boolean;
  readonly hotWait: HotWait;
  onFree(): void;
  onClosed(): void;
}

/** One connection with one request at a time. */
class Connection {
  readonly number: number;
  readonly #socket: Socket;
  readonly #owner: Owner;
  #exchange: Exchange | undefined;
  #sentAt = 0;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #head: ParsedHead | undefined;

  constructor(socket: Socket, number: number, owner: Owner) {
    this.number = number;
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
    this.#sentAt = this.#owner.hotWait.begin();
    exchange.connection = this.number;
    const place = this.#owner.showsNumber ? `X-Stepmill-Place: ${this.number}\r\n` : '';
    const head = `${exchange.head}${place}\r\n`;
    if (exchange.body.length <= ONE_PIECE_BYTES) {
      const piece = Buffer.allocUnsafe(head.length + exchange.body.length);
      piece.write(head, 0, 'latin1');
      piece.set(exchange.body, head.length);
      this.#socket.write(piece);
      return;
    }
    this.#socket.write(head, 'latin1');
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
      this.#owner.hotWait.end(this.#sentAt);
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
    const text = start.toString('latin1', 0, Math.min(start.length, MAX_HEAD_BYTES));
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) {
      if (start.length >= MAX_HEAD_BYTES) this.#socket.destroy(new Error('its head is too long'));
      return undefined;
    }
    return parseHead(text, end);
  }

  #fail(error: Error | undefined): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange === undefined) return;
    this.#owner.hotWait.end(this.#sentAt);
    clearTimeout(exchange.timer);
    exchange.reject(new ContainerUnreachable(error, exchange.connection));
  }
}

interface ParsedHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyAt: number;
  readonly totalBytes: number;
}

/** Reads the lines where they are, without a list of them: this is done for every request. */
function parseHead(text: string, end: number): ParsedHead {
  const headers: Record<string, string> = {};
  let at = text.indexOf('\r\n') + 2;
  while (at < end) {
    const lineEnd = text.indexOf('\r\n', at);
    const colon = text.indexOf(':', at);
    headers[text.slice(at, colon).toLowerCase()] = text.slice(colon + 1, lineEnd).trim();
    at = lineEnd + 2;
  }
  const bodyAt = end + 4;
  return {
    status: Number(text.slice(9, 12)),
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
  return head;
}

function grained(timeoutMs: number): number {
  return timeoutMs < TIMEOUT_GRAIN_MS
    ? timeoutMs
    : Math.ceil(timeoutMs / TIMEOUT_GRAIN_MS) * TIMEOUT_GRAIN_MS;
}
