import { ServiceError } from '../cloud/service-error.ts';

export { SerializationException } from '../cloud/serialization-exception.ts';

/** REST-XML's error for a body that is not XML, or not the XML of this operation. */
export class MalformedXml extends ServiceError {
  constructor(detail: string) {
    super(
      'MalformedXML',
      `The XML you provided was not well-formed or did not validate against our published schema (${detail})`,
    );
  }
}

/** A header or query parameter is invalid. */
export class InvalidArgument extends ServiceError {
  constructor(name: string, value: string, expected: string) {
    super('InvalidArgument', `Provided ${name} is not ${expected}`, {
      members: { ArgumentName: name, ArgumentValue: value },
    });
  }
}

/** The service's model has no operation with that name. */
export class UnknownOperation extends ServiceError {
  constructor(what: string) {
    super('UnknownOperationException', `${what}. Nothing was done.`);
  }
}

/** A service that this runtime lacks, or that AWS lacks too. */
export class UnknownService extends ServiceError {
  constructor(name: string) {
    super(
      'NotImplemented',
      `stepmill has no service ${name}. Nothing was done. docs/local.md lists what there is.`,
      { status: 501, fault: 'client' },
    );
  }
}

export class InvalidAction extends ServiceError {
  constructor(action: string, version: string) {
    super('InvalidAction', `Could not find operation ${action} for version ${version}`);
  }
}

/** A protocol that AWS still has for old SDKs, and this runtime lacks. */
export class RetiredProtocol extends ServiceError {
  constructor(service: string) {
    super(
      'NotImplemented',
      `stepmill does not speak the query protocol of ${service}, which AWS SDKs and the AWS CLI used until November 2023. Nothing was done. Update the SDK: newer ones speak JSON.`,
      { status: 501, fault: 'client' },
    );
  }
}

export class RequestTooLarge extends ServiceError {
  constructor(limitBytes: number) {
    super(
      'RequestEntityTooLargeException',
      `The request body is larger than the ${limitBytes} bytes this service takes. Nothing was done.`,
      { status: 413 },
    );
  }
}

export class InvalidUri extends ServiceError {
  constructor() {
    super('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** An internal error; the log has its details under the request id. */
export class InternalFailure extends ServiceError {
  constructor(requestId: string) {
    super(
      'InternalFailure',
      `The request failed because of an error inside stepmill. Look for request id ${requestId} in its log.`,
      { status: 500 },
    );
  }
}

/** Not on AWS: a record of the state folder cannot be read or written; the message names it. */
export class StateDamaged extends ServiceError {
  constructor(message: string) {
    super('InternalFailure', message, { status: 500 });
  }
}

/** Not on AWS: the disk is full. Clients do not retry a 507, which would fail again. */
export class DiskFull extends ServiceError {
  constructor() {
    super(
      'InsufficientStorage',
      'The disk that holds the state folder is full: what this request changed is in memory only, and goes to the disk as soon as there is room. Free some space before the runtime ends, or it is lost.',
      { status: 507 },
    );
  }
}
