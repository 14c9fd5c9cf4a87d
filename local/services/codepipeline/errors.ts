import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of AWS CodePipeline: https://docs.aws.amazon.com/codepipeline/latest/APIReference/CommonErrors.html */
export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

export class PipelineNameInUseException extends ServiceError {
  constructor(name: string) {
    super(
      'PipelineNameInUseException',
      `A pipeline with the name '${name}' already exists in account`,
    );
  }
}

export class PipelineNotFoundException extends ServiceError {
  constructor(accountId: string, name: string) {
    super(
      'PipelineNotFoundException',
      `Account '${accountId}' does not have a pipeline with name '${name}'`,
    );
  }
}

export class PipelineVersionNotFoundException extends ServiceError {
  constructor(name: string, version: number) {
    super('PipelineVersionNotFoundException', `Pipeline '${name}' has no version ${version}`);
  }
}

export class PipelineExecutionNotFoundException extends ServiceError {
  constructor(name: string, id: string) {
    super(
      'PipelineExecutionNotFoundException',
      `The pipeline '${name}' has no execution with the id '${id}'`,
    );
  }
}

export class InvalidStructureException extends ServiceError {
  constructor(message: string) {
    super('InvalidStructureException', message);
  }
}

export class InvalidActionDeclarationException extends ServiceError {
  constructor(message: string) {
    super('InvalidActionDeclarationException', message);
  }
}

export class InvalidStageDeclarationException extends ServiceError {
  constructor(message: string) {
    super('InvalidStageDeclarationException', message);
  }
}

export class LimitExceededException extends ServiceError {
  constructor(message: string) {
    super('LimitExceededException', message);
  }
}

export class ConcurrentPipelineExecutionsLimitExceededException extends ServiceError {
  constructor(name: string) {
    super(
      'ConcurrentPipelineExecutionsLimitExceededException',
      `The pipeline '${name}' has reached the limit for concurrent pipeline executions. Nothing was started.`,
    );
  }
}

export class StageNotFoundException extends ServiceError {
  constructor(name: string, stage: string) {
    super('StageNotFoundException', `The pipeline '${name}' has no stage '${stage}'`);
  }
}

export class ActionNotFoundException extends ServiceError {
  constructor(stage: string, action: string) {
    super('ActionNotFoundException', `The stage '${stage}' has no action '${action}'`);
  }
}

export class StageNotRetryableException extends ServiceError {
  constructor(stage: string, reason: string) {
    super('StageNotRetryableException', `The stage '${stage}' cannot be retried: ${reason}`);
  }
}

export class NotLatestPipelineExecutionException extends ServiceError {
  constructor(stage: string) {
    super(
      'NotLatestPipelineExecutionException',
      `Another execution has entered the stage '${stage}' since. Nothing was retried.`,
    );
  }
}

export class UnableToRollbackStageException extends ServiceError {
  constructor(message: string) {
    super('UnableToRollbackStageException', message);
  }
}

export class PipelineExecutionOutdatedException extends ServiceError {
  constructor() {
    super(
      'PipelineExecutionOutdatedException',
      'The target execution ran another version of the structure of the pipeline. Nothing was rolled back.',
    );
  }
}

export class PipelineExecutionNotStoppableException extends ServiceError {
  constructor(id: string) {
    super(
      'PipelineExecutionNotStoppableException',
      `The pipeline execution ${id} has ended and cannot be stopped`,
    );
  }
}

export class DuplicatedStopRequestException extends ServiceError {
  constructor() {
    super(
      'DuplicatedStopRequestException',
      'The pipeline execution is already in a Stopping state. If you already chose to stop and wait, you cannot make that request again. You can choose to stop and abandon now, but be aware that this option can lead to failed tasks or out of sequence tasks.',
    );
  }
}

export class ConditionNotOverridableException extends ServiceError {
  constructor(stage: string) {
    super(
      'ConditionNotOverridableException',
      `The stage '${stage}' has no condition that has failed in this execution. Nothing was overridden.`,
    );
  }
}

export class InvalidApprovalTokenException extends ServiceError {
  constructor() {
    super('InvalidApprovalTokenException', 'Invalid approval token');
  }
}

export class ApprovalAlreadyCompletedException extends ServiceError {
  constructor() {
    super(
      'ApprovalAlreadyCompletedException',
      'The approval action has already been approved or rejected.',
    );
  }
}

export class JobNotFoundException extends ServiceError {
  constructor(id: string) {
    super('JobNotFoundException', `No job with the id '${id}' exists`);
  }
}

export class InvalidJobStateException extends ServiceError {
  constructor(id: string) {
    super('InvalidJobStateException', `The job '${id}' has ended, and takes no result any more`);
  }
}

export class InvalidNextTokenException extends ServiceError {
  constructor() {
    super('InvalidNextTokenException', 'The next token is invalid');
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(arn: string) {
    super('ResourceNotFoundException', `The resource ${arn} does not exist`);
  }
}

/** What AWS CodePipeline has and this runtime lacks. */
export class UnsupportedFeature extends ServiceError {
  constructor(feature: string) {
    super(
      'NotImplemented',
      `stepmill does not run ${feature}. Nothing was done. docs/local.md lists what its AWS CodePipeline has.`,
      { status: 501, fault: 'client' },
    );
  }
}
