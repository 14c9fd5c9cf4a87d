/** What an error of an AWS service carries beside its message. */
export interface ServiceErrorOptions {
  /** HTTP status. @default 400 */
  readonly status?: number;
  /** Whose fault it is; servers' faults are retried by clients. @default client below 500, server from 500 */
  readonly fault?: 'client' | 'server';
  /** Further members of the error shape, for example `Key` of S3's NoSuchKey. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The code older query clients know, for the services that moved from query to JSON (SQS, CloudWatch). */
  readonly queryCode?: string;
}

/**
 * An error as AWS answers it. Each service has one subclass per AWS error in its `errors.ts`; the
 * gateway renders it in the protocol of the request.
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
