import { ServiceError } from '../../cloud/service-error.ts';

export class NotFoundException extends ServiceError {
  constructor(message: string) {
    super('NotFoundException', message, { status: 404 });
  }
}

export class BadRequestException extends ServiceError {
  constructor(message: string) {
    super('BadRequestException', message, { status: 400 });
  }
}

export class ConflictException extends ServiceError {
  constructor(message: string) {
    super('ConflictException', message, { status: 409 });
  }
}

export class LimitExceededException extends ServiceError {
  constructor(message: string) {
    super('TooManyRequestsException', message, { status: 429 });
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message, { status: 403 });
  }
}

/** A feature of AWS's API Gateway that this one lacks. */
export class MissingFeature extends ServiceError {
  constructor(feature: string) {
    super(
      'NotImplemented',
      `stepmill's API Gateway has no ${feature}. Nothing was done. docs/local.md lists what there is.`,
      { status: 501, fault: 'client' },
    );
  }
}
