import { ServiceError } from '../../cloud/service-error.ts';

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

export class ExpiredToken extends ServiceError {
  constructor() {
    super('ExpiredToken', 'The security token included in the request is expired', { status: 403 });
  }
}

export class InvalidClientTokenId extends ServiceError {
  constructor() {
    super('InvalidClientTokenId', 'The security token included in the request is invalid.', {
      status: 403,
    });
  }
}

export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

export class Unsupported extends ServiceError {
  constructor(what: string) {
    super('NotImplemented', `stepmill's STS has no ${what}. Nothing was done.`, {
      status: 501,
      fault: 'client',
    });
  }
}
