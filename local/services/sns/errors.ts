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

/** The same code, for the few messages that do not begin with `Invalid parameter`. */
export class InvalidEndpointException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameter', message);
  }
}

/** Refuses a batch as a whole; its code says why. */
export class BatchException extends ServiceError {}

export class InvalidParameterValueException extends ServiceError {
  constructor(message: string) {
    super('ParameterValueInvalid', message);
  }
}

export class TagLimitExceeded extends ServiceError {
  constructor() {
    super('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');
  }
}

export class AuthorizationErrorException extends ServiceError {
  constructor(message: string) {
    super('AuthorizationError', message, { status: 403 });
  }
}

/** A request that violates the API model. The SNS front end returns this error; the model lacks it. */
export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

/** A feature of SNS that this runtime lacks. */
export class Unsupported extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill's SNS has no ${what}. Nothing was done. It delivers to sqs and lambda and records email, email-json, sms, http and https subscriptions.`,
      { status: 501, fault: 'client' },
    );
  }
}
