import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html */
export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message, { status: 404 });
  }
}

export class ConflictException extends ServiceError {
  constructor(message: string) {
    super('ConflictException', message, { status: 409 });
  }
}

export class ServiceQuotaExceededException extends ServiceError {
  constructor(message: string) {
    super('ServiceQuotaExceededException', message, { status: 402 });
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message, { status: 403 });
  }
}
