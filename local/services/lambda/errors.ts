import { ServiceError } from '../../cloud/service-error.ts';

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message, { status: 404, members: { Type: 'User' } });
  }
}

export class ResourceConflictException extends ServiceError {
  constructor(message: string) {
    super('ResourceConflictException', message, { status: 409, members: { Type: 'User' } });
  }
}

/** The function is new, and cannot be changed yet. https://github.com/aws/serverless-application-model/issues/2356 */
export class FunctionPending extends ResourceConflictException {
  constructor() {
    super(
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
  }
}

/**
 * The image of a new function or version is being prepared, so that it cannot be invoked.
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-images.html; the sentence: https://github.com/aws/aws-cdk/issues/20123
 */
export class CodeArtifactUserPendingException extends ServiceError {
  constructor() {
    super(
      'CodeArtifactUserPendingException',
      'INFO: Lambda is initializing your function. It will be ready to invoke shortly.',
      { status: 409, members: { Type: 'User' } },
    );
  }
}

/** As https://github.com/aws/aws-cli/issues/6718 quotes it. */
export class UpdateInProgress extends ResourceConflictException {
  constructor(functionArn: string) {
    super(
      `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn}`,
    );
  }
}

/** Nothing is provisioned for the version or alias. */
export class ProvisionedConcurrencyConfigNotFound extends ServiceError {
  constructor() {
    super(
      'ProvisionedConcurrencyConfigNotFoundException',
      'No Provisioned Concurrency Config found for this function',
      { status: 404, members: { Type: 'User' } },
    );
  }
}

export class InvalidParameterValueException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterValueException', message, { members: { Type: 'User' } });
  }
}

export function tooManyTags(): InvalidParameterValueException {
  return new InvalidParameterValueException('Number of tags exceeds resource tag limit.');
}

export class InvalidRequestContentException extends ServiceError {
  constructor(message: string) {
    super('InvalidRequestContentException', message, { members: { Type: 'User' } });
  }
}

export class RequestTooLargeException extends ServiceError {
  constructor(message: string) {
    super('RequestTooLargeException', message, { status: 413 });
  }
}

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class PreconditionFailedException extends ServiceError {
  /** @param operations that answer with the latest revision, as AWS names them */
  constructor(operations = 'GetFunction/GetAlias') {
    super(
      'PreconditionFailedException',
      `The Revision Id provided does not match the latest Revision Id. Call the ${operations} API to retrieve the latest Revision Id`,
      { status: 412, members: { Type: 'User' } },
    );
  }
}

export class RecursiveInvocationException extends ServiceError {
  constructor() {
    super(
      'RecursiveInvocationException',
      "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
      { members: { Type: 'User' } },
    );
  }
}

export class TooManyRequestsException extends ServiceError {
  constructor() {
    super('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
    });
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message, { status: 403 });
  }
}

/** Not an AWS error: the code of the function is no longer in the state folder. */
export class CodeMissing extends ServiceError {
  constructor(name: string, folder: string) {
    super(
      'ServiceException',
      `The code of the function ${name} is missing from ${folder}. It was not invoked; other functions are not affected. Update its code, or start the runtime with an empty state folder.`,
      { status: 500 },
    );
  }
}

/** Not an AWS error: a layer of the function is no longer in the state folder. */
export class LayerMissing extends ServiceError {
  constructor(name: string, file: string) {
    super(
      'ServiceException',
      `A layer of the function ${name} is missing: there is no ${file}. The function was not invoked; functions without this layer are not affected. Publish the layer again.`,
      { status: 500 },
    );
  }
}

/** Not AWS's sentence: the image of the function cannot run on this machine, or is no longer there. */
export class ImageUnusable extends ServiceError {
  constructor(name: string, uri: string, cause: Error) {
    super(
      'CodeArtifactUserFailedException',
      `The function ${name} was not invoked: its image ${uri} cannot be started. ${cause.message}`,
      { status: 409, members: { Type: 'User' } },
    );
    this.cause = cause;
  }
}

/** A kind of function that this runtime does not support. */
export class UnsupportedFunction extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill cannot run functions with ${what}. The function was not changed. It runs nodejs*, python3.* and provided.* functions from zip files, and functions of images in ECR.`,
      { status: 501, fault: 'client' },
    );
  }
}

/** Not an AWS error: the disk is full. Clients do not retry the status 507. */
export class DiskFull extends ServiceError {
  constructor(folder: string) {
    super(
      'InsufficientStorage',
      `The disk that holds ${folder} is full: the code was not stored, and what was there before is unchanged. Free some space, then send it again.`,
      { status: 507 },
    );
  }
}
