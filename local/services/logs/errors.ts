import { ServiceError } from '../../cloud/service-error.ts';

export class ResourceNotFoundException extends ServiceError {
  constructor(what: string) {
    super('ResourceNotFoundException', `The specified ${what} does not exist.`);
  }
}

export class ResourceAlreadyExistsException extends ServiceError {
  constructor(what: string) {
    super('ResourceAlreadyExistsException', `The specified ${what} already exists`);
  }
}

export class InvalidParameterException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterException', message);
  }
}

export class TooManyTagsException extends ServiceError {
  constructor(resourceName = '') {
    super('TooManyTagsException', 'A resource can have no more than 50 tags.', {
      members: { resourceName },
    });
  }
}

export class LimitExceededException extends ServiceError {
  constructor() {
    super('LimitExceededException', 'Resource limit exceeded.');
  }
}

/** The filter pattern is not valid. */
export class InvalidFilterPattern extends InvalidParameterException {
  constructor(pattern: string) {
    super(`Invalid filter pattern: ${pattern}`);
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** A filter pattern that AWS supports and this runtime does not. */
export class UnsupportedFilterPattern extends ServiceError {
  constructor(pattern: string) {
    super(
      'NotImplemented',
      `stepmill does not understand the filter pattern ${pattern}. Nothing was done. It knows terms, "phrases", -terms, ?terms and { $.field = value } with &&, || and parentheses.`,
      { status: 501, fault: 'client' },
    );
  }
}
