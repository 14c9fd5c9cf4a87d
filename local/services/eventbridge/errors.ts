import { ServiceError } from '../../cloud/service-error.ts';

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message);
  }
}

export class ResourceAlreadyExistsException extends ServiceError {
  constructor(message: string) {
    super('ResourceAlreadyExistsException', message);
  }
}

export class LimitExceededException extends ServiceError {
  constructor() {
    super('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
}

export class InvalidEventPatternException extends ServiceError {
  constructor(reason: string) {
    super('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}
