import { ServiceError } from '../../cloud/service-error.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

/** CloudFormation answers a missing stack with a validation error. */
export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}
