import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of AWS CodeBuild: https://docs.aws.amazon.com/codebuild/latest/APIReference/CommonErrors.html */
export class InvalidInputException extends ServiceError {
  constructor(message: string) {
    super('InvalidInputException', message);
  }
}

export class ProjectMissing extends ServiceError {
  constructor(arn: string) {
    super('ResourceNotFoundException', `Project cannot be found: ${arn}`);
  }
}

export class BuildMissing extends ServiceError {
  constructor(id: string) {
    super('ResourceNotFoundException', `Build cannot be found: ${id}`);
  }
}

export class ReportGroupMissing extends ServiceError {
  constructor(arn: string) {
    super('ResourceNotFoundException', `Report group cannot be found: ${arn}`);
  }
}

export class ReportMissing extends ServiceError {
  constructor(arn: string) {
    super('ResourceNotFoundException', `Report cannot be found: ${arn}`);
  }
}

export class ResourceAlreadyExistsException extends ServiceError {
  constructor(kind: string, arn: string) {
    super('ResourceAlreadyExistsException', `${kind} already exists: ${arn}`);
  }
}

export class AccountLimitExceededException extends ServiceError {
  constructor(message: string) {
    super('AccountLimitExceededException', message);
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** What AWS CodeBuild has and this runtime lacks. */
export class UnsupportedFeature extends ServiceError {
  constructor(feature: string) {
    super(
      'NotImplemented',
      `stepmill does not run ${feature}. Nothing was done. docs/local.md lists what its AWS CodeBuild has.`,
      { status: 501, fault: 'client' },
    );
  }
}
