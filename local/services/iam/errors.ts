import { ServiceError } from '../../cloud/service-error.ts';

// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and each operation's errors.

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

/** IAM's error codes have no `Exception` suffix; the SDK's class names do. */
export class NoSuchEntity extends ServiceError {
  constructor(message: string) {
    super('NoSuchEntity', message, { status: 404 });
  }
}

export class EntityAlreadyExists extends ServiceError {
  constructor(message: string) {
    super('EntityAlreadyExists', message, { status: 409 });
  }
}

export class DeleteConflict extends ServiceError {
  constructor(message: string) {
    super('DeleteConflict', message, { status: 409 });
  }
}

export class MalformedPolicyDocument extends ServiceError {
  constructor(message: string) {
    super('MalformedPolicyDocument', message);
  }
}

export class LimitExceeded extends ServiceError {
  constructor(message: string) {
    super('LimitExceeded', message, { status: 409 });
  }
}

export class InvalidInput extends ServiceError {
  constructor(message: string) {
    super('InvalidInput', message);
  }
}

export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}
