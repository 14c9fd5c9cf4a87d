import { Agent, request } from 'node:http';
import {
  type ContainerAnswer,
  type ContainerClient,
  type ContainerRequest,
  ContainerUnreachable,
  InvocationTimeout,
} from './container-client.ts';

/** HTTP to a server that is not ours, on a port of this machine: any version, chunks, connections that are closed. */
export class HttpClient implements ContainerClient {
  readonly #port: number;
  readonly #agent: Agent;

  constructor(port: number, maxConnections: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: maxConnections });
  }

  /**
   * Sends a request. If all connections are busy, it waits in order, and its timeout runs.
   *
   * @throws InvocationTimeout, ContainerUnreachable
   */
  async send(method: string, path: string, given: ContainerRequest): Promise<ContainerAnswer> {
    const timeout = AbortSignal.timeout(Math.ceil(given.timeoutMs));
    try {
      return await this.#exchange(method, path, given, timeout);
    } catch (error) {
      throw timeout.aborted ? new InvocationTimeout() : new ContainerUnreachable(error);
    }
  }

  /** Aborts all requests in progress. */
  close(): void {
    this.#agent.destroy();
  }

  #exchange(
    method: string,
    path: string,
    { body, headers }: ContainerRequest,
    signal: AbortSignal,
  ): Promise<ContainerAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request({
        method,
        path,
        headers: { ...headers, 'Content-Length': body.length },
        host: '127.0.0.1',
        port: this.#port,
        agent: this.#agent,
        signal,
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = Object.entries(response.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)] as const],
          );
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'],
            headers: Object.fromEntries(received),
            body: Buffer.concat(chunks),
          });
        });
      });
      sent.end(body);
    });
  }
}
