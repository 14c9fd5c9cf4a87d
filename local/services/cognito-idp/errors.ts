import { ServiceError } from '../../cloud/service-error.ts';

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message);
  }
}

export class InvalidParameterException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterException', message);
  }
}

export class NotAuthorizedException extends ServiceError {
  constructor(message: string) {
    super('NotAuthorizedException', message);
  }
}

export class UserNotFoundException extends ServiceError {
  constructor() {
    super('UserNotFoundException', 'User does not exist.');
  }
}

export class UsernameExistsException extends ServiceError {
  constructor() {
    super('UsernameExistsException', 'User account already exists');
  }
}

export class InvalidPasswordException extends ServiceError {
  constructor(problem: string) {
    super('InvalidPasswordException', `Password did not conform with policy: ${problem}`);
  }
}

export class PasswordResetRequiredException extends ServiceError {
  constructor() {
    super('PasswordResetRequiredException', 'Password reset required for the user');
  }
}

export class GroupExistsException extends ServiceError {
  constructor() {
    super('GroupExistsException', 'A group with the name already exists.');
  }
}

export class LimitExceededException extends ServiceError {
  constructor(message: string) {
    super('LimitExceededException', message);
  }
}

export class ManagedLoginBrandingExistsException extends ServiceError {
  constructor() {
    super(
      'ManagedLoginBrandingExistsException',
      'Managed login branding already exists for this app client.',
    );
  }
}

export class ScopeDoesNotExistException extends ServiceError {
  constructor(scopes: readonly string[]) {
    super('ScopeDoesNotExistException', `Invalid scope requested: ${scopes.join(', ')}`);
  }
}

export class InvalidOAuthFlowException extends ServiceError {
  constructor(message: string) {
    super('InvalidOAuthFlowException', message);
  }
}

export class TooManyRequestsException extends ServiceError {
  constructor() {
    super('TooManyRequestsException', 'Rate exceeded');
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** A feature of AWS's user pools that these lack. */
export class MissingFeature extends ServiceError {
  constructor(feature: string) {
    super(
      'NotImplemented',
      `stepmill's Cognito has no ${feature}. Nothing was done. docs/local.md lists what there is.`,
      { status: 501, fault: 'client' },
    );
  }
}
