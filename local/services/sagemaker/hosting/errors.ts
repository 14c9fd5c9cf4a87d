import { ServiceError } from '../../../cloud/service-error.ts';

/** The errors of the runtime API. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

export interface ModelErrorDetails {
  readonly status: number;
  readonly message: string;
  readonly logStreamArn: string;
}

/** The container answered with an error, or did not answer (status 0). */
export class ModelError extends ServiceError {
  constructor(message: string, details: ModelErrorDetails) {
    super('ModelError', message, {
      status: 424,
      fault: 'client',
      members: {
        OriginalStatusCode: details.status,
        OriginalMessage: details.message,
        LogStreamArn: details.logStreamArn,
      },
    });
  }
}

export class ServiceUnavailable extends ServiceError {
  constructor(message: string) {
    super('ServiceUnavailable', message, { status: 503 });
  }
}

export class ThrottlingException extends ServiceError {
  constructor(message: string) {
    super('ThrottlingException', message);
  }
}

/** AWS rejects such a body with the HTTP status as the error code. */
export class PayloadTooLarge extends ServiceError {
  constructor(limitBytes: number) {
    super('413', `HTTP content length exceeded ${limitBytes} bytes.`, { status: 413 });
  }
}
