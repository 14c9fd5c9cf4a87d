import { ServiceError } from '../../cloud/service-error.ts';

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

export class InvalidArgument extends ServiceError {
  constructor(message: string) {
    super('InvalidArgument', message);
  }
}

export class InconsistentQuantities extends ServiceError {
  constructor() {
    super('InconsistentQuantities', "The value of Quantity and the size of Items don't match.");
  }
}

export class InvalidTagging extends ServiceError {
  constructor(message: string) {
    super('InvalidTagging', message);
  }
}

export class NoSuchResource extends ServiceError {
  constructor(message: string) {
    super('NoSuchResource', message, { status: 404 });
  }
}

/** Each kind of resource has a code of its own. */
export class Missing extends ServiceError {
  constructor(code: string, what: string) {
    super(code, `The specified ${what} does not exist.`, { status: 404 });
  }
}

/** Each kind of resource has a code of its own. */
export class Exists extends ServiceError {
  constructor(code: string, what: string) {
    super(code, `${what} with the same name already exists.`, { status: 409 });
  }
}

export class NoSuchInvalidation extends Missing {
  constructor() {
    super('NoSuchInvalidation', 'invalidation');
  }
}

export class InvalidationBatchAlreadyExists extends ServiceError {
  constructor() {
    super(
      'InvalidationBatchAlreadyExists',
      'You have already sent an invalidation batch with this caller reference and other paths.',
    );
  }
}

export class DistributionNotDisabled extends ServiceError {
  constructor() {
    super(
      'DistributionNotDisabled',
      'The distribution you are trying to delete has not been disabled.',
      { status: 409 },
    );
  }
}

export class InvalidIfMatchVersion extends ServiceError {
  constructor() {
    super(
      'InvalidIfMatchVersion',
      'The If-Match version is missing or not valid for the resource.',
    );
  }
}

export class PreconditionFailed extends ServiceError {
  constructor() {
    super(
      'PreconditionFailed',
      "The request failed because it didn't meet the preconditions in one or more request-header fields.",
      { status: 412 },
    );
  }
}

export class FunctionSizeLimitExceeded extends ServiceError {
  constructor() {
    super(
      'FunctionSizeLimitExceeded',
      'The function is too large. Function code can be up to 10 KB.',
      { status: 413 },
    );
  }
}

export class FunctionInUse extends ServiceError {
  constructor(name: string) {
    super('FunctionInUse', `Cannot delete the function ${name}: a cache behavior uses it.`, {
      status: 409,
    });
  }
}

/** A policy or an origin access control that a distribution uses is not deleted. */
export class InUse extends ServiceError {
  constructor(code: string, what: string) {
    super(code, `Cannot delete the ${what} because one or more distributions use it.`, {
      status: 409,
    });
  }
}

export class InvalidOrigin extends ServiceError {
  constructor(message: string) {
    super('InvalidOrigin', message);
  }
}

export class Unsupported extends ServiceError {
  constructor(what: string) {
    super('NotImplemented', `stepmill's CloudFront has no ${what}. Nothing was done.`, {
      status: 501,
      fault: 'client',
    });
  }
}
