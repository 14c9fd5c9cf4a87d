/** A request to a container. */
export interface ContainerRequest {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** In real milliseconds. */
  readonly timeoutMs: number;
}

export interface ContainerAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How requests reach a container. */
export interface ContainerClient {
  /** @throws InvocationTimeout, ContainerUnreachable */
  send(method: string, path: string, request: ContainerRequest): Promise<ContainerAnswer>;
  /** Aborts all requests in progress. */
  close(): void;
}

/** No answer arrived before the timeout. */
export class InvocationTimeout extends Error {
  /** The number of the connection that sent the request; undefined if none has. */
  readonly connection: number | undefined;

  constructor(connection?: number) {
    super('the container did not answer in time');
    this.name = 'InvocationTimeout';
    this.connection = connection;
  }
}

/** The connection was closed before an answer, usually because the process has ended. */
export class ContainerUnreachable extends Error {
  /** The number of the connection that sent the request; undefined if none has. */
  readonly connection: number | undefined;

  constructor(cause: unknown, connection?: number) {
    super('the container closed the connection', { cause });
    this.name = 'ContainerUnreachable';
    this.connection = connection;
  }
}
