import { ServiceError } from '../../cloud/service-error.ts';

/**
 * The error for invalid requests, and for most resources that do not exist.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class ResourceInUse extends ServiceError {
  constructor(message: string) {
    super('ResourceInUse', message);
  }
}

export class ResourceLimitExceeded extends ServiceError {
  constructor(message: string) {
    super('ResourceLimitExceeded', message);
  }
}

export class ConflictException extends ServiceError {
  constructor(message: string) {
    super('ConflictException', message);
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** A feature of SageMaker that this runtime does not have. */
export class UnsupportedBySageMaker extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill does not implement ${what} of SageMaker. Nothing was done. docs/local.md lists what it has.`,
      { status: 501, fault: 'client' },
    );
  }
}
