import { ServiceError } from '../../cloud/service-error.ts';
import type { SdkItem } from './values/wire-item.ts';

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message = 'Requested resource not found') {
    super('ResourceNotFoundException', message);
  }

  /** The error of operations on tables, which names the table; that of operations on items does not. */
  static ofTable(name: string): ResourceNotFoundException {
    return new ResourceNotFoundException(`Requested resource not found: Table: ${name} not found`);
  }
}

export class ResourceInUseException extends ServiceError {
  constructor(message: string) {
    super('ResourceInUseException', message);
  }
}

export class LimitExceededException extends ServiceError {
  constructor(message: string) {
    super('LimitExceededException', message);
  }
}

export class PolicyNotFoundException extends ServiceError {
  constructor(resourceArn: string) {
    super(
      'PolicyNotFoundException',
      `Resource-based policy not found for the provided ResourceArn: ${resourceArn}`,
    );
  }
}

export class ConditionalCheckFailedException extends ServiceError {
  /** @param item the existing item, if the request asks for it */
  constructor(item?: SdkItem) {
    super('ConditionalCheckFailedException', 'The conditional request failed', {
      members: item === undefined ? {} : { Item: item },
    });
  }
}

/** The reason that cancels an action of a transaction; `None` if there is none. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: SdkItem;
}

export class TransactionCanceledException extends ServiceError {
  constructor(reasons: readonly CancellationReason[]) {
    const codes = reasons.map(({ Code }) => Code).join(', ');
    super(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      { members: { CancellationReasons: reasons } },
    );
  }
}

export class IdempotentParameterMismatchException extends ServiceError {
  constructor() {
    super(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
    );
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** A parameter that this runtime does not support. */
export class UnsupportedParameter extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill does not implement ${what}. Nothing was done. docs/local.md lists what DynamoDB has here.`,
      { status: 501, fault: 'client' },
    );
  }
}
