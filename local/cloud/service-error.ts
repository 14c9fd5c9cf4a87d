/** The parts of an AWS error other than its message. */
export interface ServiceErrorOptions {
  /** HTTP status. @default 400 */
  readonly status?: number;
  /** Clients retry errors of servers. @default client below status 500, else server */
  readonly fault?: 'client' | 'server';
  /** Further members of the error shape, for example `Key` of S3's NoSuchKey. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The code of the query protocol, for services that moved from query to JSON (SQS, CloudWatch). */
  readonly queryCode?: string;
}

/**
 * An error of AWS. Each service has one subclass for each AWS error in its `errors.ts`; the gateway renders it
 * in the protocol of the request.
 */
export class ServiceError extends Error {
  /** AWS's code, for example `ResourceNotFound`. */
  readonly code: string;
  readonly status: number;
  readonly fault: 'client' | 'server';
  readonly members: Readonly<Record<string, unknown>>;
  readonly queryCode: string | undefined;

  constructor(code: string, message: string, options: ServiceErrorOptions = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.fault = options.fault ?? (this.status >= 500 ? 'server' : 'client');
    this.members = options.members ?? {};
    this.queryCode = options.queryCode;
  }
}
