import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { ServiceError } from '../cloud/service-error.ts';
import type { ErrorVocabulary, OperationModel, ServiceModel } from './service-model.ts';

/** A request as it was received, before its protocol is known. */
export interface WireRequest {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body in memory: inflated, at most the service's limit. */
  collect(limitBytes: number): Promise<Buffer>;
  /** The body as it arrives: without the framing of `aws-chunked`, with its digest checked at the end. */
  stream(): Readable;
}

export type WireBody = string | Uint8Array | Readable;

export interface WireResponse {
  readonly status: number;
  /** A header with several values is sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: WireBody;
}

/** An operation and its input, as parsed from the wire. */
export interface WireCall {
  readonly operation: string;
  /** Reads the input once the operation is known to exist here. */
  readInput(operation: OperationModel): Promise<Record<string, unknown>>;
}

/** The server side of one of AWS's wire protocols, for every service. */
export interface Protocol {
  /** @throws ServiceError if the request names no operation */
  parse(request: WireRequest, model: ServiceModel): WireCall | Promise<WireCall>;
  renderOutput(reply: OutputReply): WireResponse;
  renderError(reply: ErrorReply): WireResponse;
}

export interface OutputReply {
  readonly model: ServiceModel;
  readonly operation: OperationModel;
  readonly output: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

export interface ErrorReply {
  readonly model: ErrorVocabulary;
  readonly error: ServiceError;
  readonly requestId: string;
}
