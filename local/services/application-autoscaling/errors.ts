import { ServiceError } from '../../cloud/service-error.ts';

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class ObjectNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ObjectNotFoundException', message);
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** A feature of Application Auto Scaling that this runtime does not have. */
export class Unsupported extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill does not implement ${what} of Application Auto Scaling. Nothing was done. docs/local.md lists what it has.`,
      { status: 501, fault: 'client' },
    );
  }
}
