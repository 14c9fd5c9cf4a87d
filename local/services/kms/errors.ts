import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of AWS KMS: https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

export class AlreadyExistsException extends ServiceError {
  constructor(aliasArn: string) {
    super('AlreadyExistsException', `An alias with the name ${aliasArn} already exists`);
  }
}

export class DisabledException extends ServiceError {
  constructor(keyArn: string) {
    super('DisabledException', `${keyArn} is disabled.`);
  }
}

/** The ciphertext was made with another key than the request names. */
export class IncorrectKeyException extends ServiceError {
  constructor() {
    super(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
}

/** AWS's error has no message: it does not say whether the ciphertext or its context is wrong. */
export class InvalidCiphertextException extends ServiceError {
  constructor() {
    super('InvalidCiphertextException', '');
  }
}

export class InvalidMarkerException extends ServiceError {
  constructor() {
    super('InvalidMarkerException', 'Invalid marker.');
  }
}

export class KMSInvalidStateException extends ServiceError {
  constructor(keyArn: string, state: 'is pending deletion' | 'is not pending deletion') {
    super('KMSInvalidStateException', `${keyArn} ${state}.`);
  }
}

export class LimitExceededException extends ServiceError {
  constructor(message: string) {
    super('LimitExceededException', message);
  }
}

export class MalformedPolicyDocumentException extends ServiceError {
  constructor(message: string) {
    super('MalformedPolicyDocumentException', message);
  }
}

export class NotAuthorizedException extends ServiceError {
  constructor() {
    super('NotAuthorizedException', '');
  }
}

export class NotFoundException extends ServiceError {
  constructor(message: string) {
    super('NotFoundException', message);
  }
}

export class TagException extends ServiceError {
  constructor(message: string) {
    super('TagException', message);
  }
}

export class UnsupportedKeyException extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill has symmetric encryption keys of one region only, with material of its own, and not ${what}. Nothing was created.`,
      { status: 501, fault: 'client' },
    );
  }
}

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}
