import { ServiceError } from '../../cloud/service-error.ts';

const OLD_PREFIX = 'AWS.SimpleQueueService.';

export class QueueDoesNotExist extends ServiceError {
  constructor() {
    super('QueueDoesNotExist', 'The specified queue does not exist.', {
      queryCode: `${OLD_PREFIX}NonExistentQueue`,
    });
  }
}

export class QueueNameExists extends ServiceError {
  constructor(attribute: string) {
    super(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${attribute}`,
      { queryCode: 'QueueAlreadyExists' },
    );
  }
}

export class ReceiptHandleIsInvalid extends ServiceError {
  constructor(handle: string | undefined) {
    super(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle ?? ''}" is not a valid receipt handle.`,
      {
        status: 404,
      },
    );
  }
}

export class MessageNotInflight extends ServiceError {
  constructor() {
    super('MessageNotInflight', "The specified message isn't in flight.", {
      queryCode: `${OLD_PREFIX}MessageNotInflight`,
    });
  }
}

export class MissingParameter extends ServiceError {
  constructor(parameter: string) {
    super('MissingParameter', `The request must contain the parameter ${parameter}.`);
  }
}

export class InvalidParameterValue extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterValue', message);
  }
}

export class InvalidAttributeName extends ServiceError {
  constructor(name: string) {
    super('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
}

export class SseTwice extends ServiceError {
  constructor() {
    super(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
  }
}

/** AWS's second message for attributes that only FIFO queues have. */
export class FifoAttributeOnly extends ServiceError {
  constructor(name: string) {
    super(
      'InvalidAttributeName',
      `You can specify the ${name} only when FifoQueue is set to true.`,
    );
  }
}

export class InvalidAttributeValue extends ServiceError {
  constructor(name: string, reason?: string) {
    const why = reason === undefined ? '' : ` Reason: ${reason}`;
    super('InvalidAttributeValue', `Invalid value for the parameter ${name}.${why}`);
  }
}

export class PurgeQueueInProgress extends ServiceError {
  constructor(queue: string) {
    super(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`,
      { status: 403, queryCode: `${OLD_PREFIX}PurgeQueueInProgress` },
    );
  }
}

export class InvalidBatchEntryId extends ServiceError {
  constructor() {
    super(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      { queryCode: `${OLD_PREFIX}InvalidBatchEntryId` },
    );
  }
}

export class InvalidMessageContents extends ServiceError {
  constructor() {
    super(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
}

export class EmptyBatchRequest extends ServiceError {
  constructor(entry: string) {
    super('EmptyBatchRequest', `There should be at least one ${entry} in the request.`, {
      queryCode: `${OLD_PREFIX}EmptyBatchRequest`,
    });
  }
}

export class TooManyEntriesInBatchRequest extends ServiceError {
  constructor(count: number) {
    super(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${count}.`,
      { queryCode: `${OLD_PREFIX}TooManyEntriesInBatchRequest` },
    );
  }
}

export class BatchEntryIdsNotDistinct extends ServiceError {
  constructor(id: string) {
    super('BatchEntryIdsNotDistinct', `Id ${id} repeated.`, {
      queryCode: `${OLD_PREFIX}BatchEntryIdsNotDistinct`,
    });
  }
}

export class BatchRequestTooLong extends ServiceError {
  constructor(bytes: number, limit: number) {
    super(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${limit} bytes. You have sent ${bytes} bytes.`,
      { queryCode: `${OLD_PREFIX}BatchRequestTooLong` },
    );
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message, { status: 404 });
  }
}

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403, queryCode: 'AccessDenied' });
  }
}
