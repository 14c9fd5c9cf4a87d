import { ServiceError } from '../../cloud/service-error.ts';

/** CloudWatch's errors have an older, shorter code for clients that use the query protocol. */
export class InvalidParameterValueException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });
  }
}

export class MissingRequiredParameterException extends ServiceError {
  constructor(parameter: string) {
    super('MissingRequiredParameterException', `The parameter ${parameter} is required.`, {
      queryCode: 'MissingParameter',
    });
  }
}

export class InvalidParameterCombinationException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterCombinationException', message, {
      queryCode: 'InvalidParameterCombination',
    });
  }
}

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message, { queryCode: 'ValidationError' });
  }
}

export class ResourceNotFound extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFound', message, { status: 404 });
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(type: string, id: string) {
    super('ResourceNotFoundException', `Unknown ${type}: ${id}`, {
      status: 404,
      members: { ResourceType: type, ResourceId: id },
    });
  }
}

export class DashboardNotFoundError extends ServiceError {
  constructor(name: string) {
    super('DashboardNotFoundError', `Dashboard ${name} does not exist`, {
      status: 404,
      queryCode: 'ResourceNotFound',
    });
  }
}

export class DashboardInvalidInputError extends ServiceError {
  constructor(message: string) {
    super('DashboardInvalidInputError', message, { queryCode: 'InvalidParameterInput' });
  }
}

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

/** A feature of CloudWatch that this runtime does not have. */
export class Unsupported extends ServiceError {
  constructor(what: string) {
    super('NotImplemented', `stepmill's CloudWatch has no ${what}. Nothing was done.`, {
      status: 501,
      fault: 'client',
    });
  }
}
