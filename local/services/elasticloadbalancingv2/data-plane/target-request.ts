import { type Agent, type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { Readable } from 'node:stream';
import type { WebHeader } from '../../../cloud/web.ts';
import { CONNECT_TIMEOUT_MS, HEADERS_BYTES } from '../limits.ts';
import type { TargetRecord } from '../store.ts';
import type { BalancedRequest } from './exchange.ts';

/** Why a target did not answer: it closed the connection or could not be reached, or it took too long. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly status: 502 | 504;
  readonly connectionFailed: boolean;

  constructor(status: 502 | 504, connectionFailed: boolean, options?: ErrorOptions) {
    super(`the target gave no answer (${status})`, options);
    this.status = status;
    this.connectionFailed = connectionFailed;
  }
}

export interface TargetRequestOptions {
  readonly agent: Agent;
  readonly headers: readonly WebHeader[];
  readonly idleTimeoutMs: number;
  /** Aborted when the target has lost its place at the end of its deregistration delay. */
  readonly signal: AbortSignal;
}

/** @throws NoAnswer for a method, a path or headers that HTTP/1.1 cannot carry */
function open(
  target: TargetRecord,
  request: BalancedRequest,
  { agent, headers }: Pick<TargetRequestOptions, 'agent' | 'headers'>,
): ClientRequest {
  try {
    return send({
      host: target.id,
      port: target.port,
      method: request.method,
      path: request.url,
      headers: headers.flat(),
      agent,
      maxHeaderSize: HEADERS_BYTES,
    });
  } catch (cause) {
    throw new NoAnswer(502, false, { cause });
  }
}

/** Sends a request to a target, and resolves with the beginning of its answer. @throws NoAnswer */
export function askTarget(
  target: TargetRecord,
  request: BalancedRequest,
  { agent, headers, idleTimeoutMs, signal }: TargetRequestOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const outgoing = open(target, request, { agent, headers });
    const fail = (error: NoAnswer) => {
      reject(error);
      outgoing.destroy();
    };
    const connecting = setTimeout(() => fail(new NoAnswer(504, true)), CONNECT_TIMEOUT_MS);
    connecting.unref();
    const leave = () => outgoing.destroy(new Error('the connection ended'));
    request.signal.addEventListener('abort', leave, { once: true });
    signal.addEventListener('abort', leave, { once: true });
    const connected = () => {
      isConnected = true;
      clearTimeout(connecting);
    };
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    outgoing.setTimeout(idleTimeoutMs, () => fail(new NoAnswer(504, false)));
    outgoing.on('error', (cause) => reject(new NoAnswer(502, !isConnected, { cause })));
    outgoing.on('response', resolve);
    outgoing.on('close', () => {
      clearTimeout(connecting);
      request.signal.removeEventListener('abort', leave);
      signal.removeEventListener('abort', leave);
    });
    if (request.body instanceof Readable) request.body.pipe(outgoing);
    else outgoing.end(request.body);
  });
}
