import { ServiceError } from '../../cloud/service-error.ts';

export class NotFoundException extends ServiceError {
  constructor(what = 'Topic') {
    super('NotFound', `${what} does not exist`, { status: 404 });
  }
}

export class InvalidParameterException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameter', `Invalid parameter: ${message}`);
  }
}

/** The same code, in the few sentences that do not begin with its name. */
export class InvalidEndpointException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameter', message);
  }
}

/** A batch that is refused as a whole; its code says why. */
export class BatchException extends ServiceError {}

export class InvalidParameterValueException extends ServiceError {
  constructor(message: string) {
    super('ParameterValueInvalid', message);
  }
}

export class AuthorizationErrorException extends ServiceError {
  constructor(message: string) {
    super('AuthorizationError', message, { status: 403 });
  }
}

/** A request that breaks the API model; the front end's error, not modelled. */
export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

/** Something SNS has and this runtime lacks. */
export class Unsupported extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill's SNS has no ${what}. Nothing was done. It delivers to sqs and lambda and records email, email-json, sms, http and https subscriptions.`,
      { status: 501, fault: 'client' },
    );
  }
}
