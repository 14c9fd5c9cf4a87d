import type { WebHeader } from '../../../cloud/web.ts';

/** A response that API Gateway gives by itself, instead of the function's. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: readonly WebHeader[];
  /** What the access log says about an authorizer that refused. */
  readonly authorizerError: string | undefined;

  constructor(
    status: number,
    message: string,
    {
      headers = [],
      authorizerError,
    }: { headers?: readonly WebHeader[]; authorizerError?: string } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
    this.authorizerError = authorizerError;
  }
}

export const notFound = () => new Refusal(404, 'Not Found');
export const forbidden = (authorizerError?: string) =>
  new Refusal(403, 'Forbidden', authorizerError === undefined ? {} : { authorizerError });
export const badRequest = () => new Refusal(400, 'Bad Request');
export const tooManyRequests = () => new Refusal(429, 'Too Many Requests');
export const payloadTooLarge = () => new Refusal(413, 'Request Entity Too Large');
export const headersTooLarge = () => new Refusal(431, 'Request Header Fields Too Large');
export const internalError = () => new Refusal(500, 'Internal Server Error');
export const serviceUnavailable = () => new Refusal(503, 'Service Unavailable');
