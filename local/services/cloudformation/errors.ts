import { ServiceError } from '../../cloud/service-error.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

/** CloudFormation answers a missing stack with a validation error. */
export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

export class AlreadyExistsException extends ServiceError {
  constructor(message: string) {
    super('AlreadyExistsException', message);
  }
}

export class ChangeSetNotFoundException extends ServiceError {
  constructor(name: string) {
    super('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, { status: 404 });
  }
}

export class InvalidChangeSetStatusException extends ServiceError {
  constructor(id: string, status: string, execution: string) {
    const state =
      status === 'FAILED' ? `status of [${status}]` : `execution status of [${execution}]`;
    super('InvalidChangeSetStatus', `ChangeSet [${id}] cannot be executed in its current ${state}`);
  }
}

export class InsufficientCapabilitiesException extends ServiceError {
  constructor(capability: string) {
    super('InsufficientCapabilitiesException', `Requires capabilities : [${capability}]`);
  }
}
