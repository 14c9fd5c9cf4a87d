import { ServiceError } from '../../cloud/service-error.ts';
import type { WireItem } from './values/wire-item.ts';

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message = 'Requested resource not found') {
    super('ResourceNotFoundException', message);
  }

  /** What operations on tables add; those on items do not name the table. */
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
  /** @param item the one that stands against it, where the request asked for it */
  constructor(item?: WireItem) {
    super('ConditionalCheckFailedException', 'The conditional request failed', {
      members: item === undefined ? {} : { Item: item },
    });
  }
}

/** Why one action of a transaction did not happen; `None` for those that would have. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: WireItem;
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

/** Something of a request that AWS has and this runtime lacks, answered by name. */
export class UnsupportedParameter extends ServiceError {
  constructor(what: string) {
    super(
      'NotImplemented',
      `stepmill does not implement ${what}. Nothing was done. docs/local.md lists what DynamoDB has here.`,
      { status: 501, fault: 'client' },
    );
  }
}
