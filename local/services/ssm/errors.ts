import { ServiceError } from '../../cloud/service-error.ts';

export class ParameterNotFound extends ServiceError {
  constructor(name?: string) {
    super('ParameterNotFound', name === undefined ? '' : `Parameter ${name} not found.`);
  }
}

export class ParameterAlreadyExists extends ServiceError {
  constructor() {
    super(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
}

export class ParameterVersionNotFound extends ServiceError {
  constructor(name: string) {
    super('ParameterVersionNotFound', `Systems Manager could not find version ${name}.`);
  }
}

export class ParameterPatternMismatchException extends ServiceError {
  constructor(pattern: string) {
    super(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  }
}

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class InvalidAllowedPatternException extends ServiceError {
  constructor(reason: string) {
    super(
      'InvalidAllowedPatternException',
      `The request does not meet the regular expression requirement. ${reason}.`,
    );
  }
}

export class InvalidResourceId extends ServiceError {
  constructor() {
    super(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    );
  }
}

/** AWS's error has no message. */
export class TooManyTagsError extends ServiceError {
  constructor() {
    super('TooManyTagsError', '');
  }
}

export class UnsupportedResource extends ServiceError {
  constructor(type: string) {
    super(
      'NotImplemented',
      `stepmill keeps tags of SSM parameters only, not of ${type}. Nothing was done.`,
      {
        status: 501,
        fault: 'client',
      },
    );
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

export class HierarchyLevelLimitExceededException extends ServiceError {
  constructor() {
    super(
      'HierarchyLevelLimitExceededException',
      'A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.',
    );
  }
}
