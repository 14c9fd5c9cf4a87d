import { ServiceError } from '../../cloud/service-error.ts';

/**
 * The errors of the Step Functions API, with AWS's codes and messages. All of them are HTTP 400.
 * Messages were taken from recordings of AWS where one exists.
 */

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

export class ActivityDoesNotExist extends ServiceError {
  constructor(arn: string) {
    super('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
  }
}

export class ActivityLimitExceeded extends ServiceError {
  constructor() {
    super('ActivityLimitExceeded', 'The maximum number of activities has been reached.');
  }
}

export class ActivityWorkerLimitExceeded extends ServiceError {
  constructor(arn: string) {
    super(
      'ActivityWorkerLimitExceeded',
      `The maximum number of workers concurrently polling for activity tasks has been reached: '${arn}'`,
    );
  }
}

export class ConflictException extends ServiceError {
  constructor(message: string) {
    super('ConflictException', message);
  }
}

export class ExecutionAlreadyExists extends ServiceError {
  constructor(arn: string) {
    super('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }
}

export class ExecutionDoesNotExist extends ServiceError {
  constructor(arn: string) {
    super('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }
}

export class ExecutionLimitExceeded extends ServiceError {
  constructor() {
    super('ExecutionLimitExceeded', 'The maximum number of running executions has been reached.');
  }
}

export class ExecutionNotRedrivable extends ServiceError {
  constructor(reason: string) {
    super('ExecutionNotRedrivable', reason);
  }
}

export class InvalidArn extends ServiceError {
  constructor(reason: string) {
    super('InvalidArn', `Invalid Arn: '${reason}'`);
  }
}

export class InvalidRoleArn extends ServiceError {
  constructor(arn: string) {
    super('InvalidArn', `Invalid Role Arn: '${arn}'`);
  }
}

export class InvalidDefinition extends ServiceError {
  constructor(message: string) {
    super('InvalidDefinition', message);
  }
}

export class InvalidEncryptionConfiguration extends ServiceError {
  constructor(reason: string) {
    super('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${reason}`);
  }
}

export class InvalidExecutionInput extends ServiceError {
  constructor(reason: string) {
    super('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}

export class InvalidLoggingConfiguration extends ServiceError {
  constructor(reason: string) {
    super('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${reason}`);
  }
}

export class InvalidName extends ServiceError {
  constructor(name: string) {
    super('InvalidName', `Invalid Name: '${name}'`);
  }
}

export class InvalidOutput extends ServiceError {
  constructor(reason: string) {
    super('InvalidOutput', `Invalid Output: '${reason}'`);
  }
}

export class InvalidToken extends ServiceError {
  constructor(reason = 'Invalid token') {
    super('InvalidToken', `Invalid Token: '${reason}'`);
  }
}

export class MissingRequiredParameter extends ServiceError {
  constructor(message: string) {
    super('MissingRequiredParameter', message);
  }
}

export class ResourceNotFound extends ServiceError {
  constructor(arn: string) {
    super('ResourceNotFound', `Resource not found: '${arn}'`, { members: { resourceName: arn } });
  }
}

/** UpdateStateMachineAlias has its own message for a missing alias. */
export class AliasNotFound extends ServiceError {
  constructor(arn: string) {
    super('ResourceNotFound', 'Request references a resource that does not exist.', {
      members: { resourceName: arn },
    });
  }
}

export class ServiceQuotaExceeded extends ServiceError {
  constructor(message: string) {
    super('ServiceQuotaExceededException', message);
  }
}

export class StateMachineAlreadyExists extends ServiceError {
  constructor(arn: string) {
    super('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  }
}

export class StateMachineDeleting extends ServiceError {
  constructor(arn: string) {
    super('StateMachineDeleting', `State Machine is Being Deleted: '${arn}'`);
  }
}

export class StateMachineDoesNotExist extends ServiceError {
  constructor(arn: string) {
    super('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
}

export class StateMachineLimitExceeded extends ServiceError {
  constructor() {
    super('StateMachineLimitExceeded', 'The maximum number of state machines has been reached.');
  }
}

export class StateMachineTypeNotSupported extends ServiceError {
  constructor() {
    super(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }
}

export class TaskTimedOut extends ServiceError {
  constructor() {
    super('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }
}

export class TooManyTags extends ServiceError {
  constructor(arn: string) {
    super('TooManyTags', `Too many tags for resource: '${arn}'`, {
      members: { resourceName: arn },
    });
  }
}

export class ValidationException extends ServiceError {
  constructor(message: string, reason?: string) {
    super('ValidationException', message, reason === undefined ? {} : { members: { reason } });
  }
}
