import { ServiceError } from '../../cloud/service-error.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

export class MalformedForm extends ServiceError {
  constructor() {
    super(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  }
}

export class FieldsTooLarge extends ServiceError {
  constructor() {
    super(
      'MaxPostPreDataLengthExceeded',
      'Your POST request fields preceding the upload file were too large.',
    );
  }
}

export class NotExactlyOneFile extends ServiceError {
  constructor() {
    super('InvalidArgument', 'POST requires exactly one file upload per request.', {
      members: { ArgumentName: 'file', ArgumentValue: '0' },
    });
  }
}

export class NotAForm extends ServiceError {
  constructor() {
    super('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
      members: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    });
  }
}

export class MissingField extends ServiceError {
  constructor(name: string) {
    super(
      'InvalidArgument',
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      { members: { ArgumentName: name, ArgumentValue: '' } },
    );
  }
}

export class AnonymousUpload extends ServiceError {
  constructor() {
    super('AccessDenied', 'Access Denied', { status: 403 });
  }
}

export class SignatureDoesNotMatch extends ServiceError {
  constructor(members: Readonly<Record<string, unknown>>) {
    super(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { status: 403, members },
    );
  }
}

export class AgainstPolicy extends ServiceError {
  constructor(reason: string) {
    super('AccessDenied', `Invalid according to Policy: ${reason}`, { status: 403 });
  }
}

export class InvalidPolicyDocument extends ServiceError {
  constructor(reason: string) {
    super('InvalidPolicyDocument', `Invalid Policy: ${reason}`);
  }
}

export class FileTooLarge extends ServiceError {
  constructor(ProposedSize: number, MaxSizeAllowed: number) {
    super('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      members: { ProposedSize, MaxSizeAllowed },
    });
  }
}

export class FileTooSmall extends ServiceError {
  constructor(ProposedSize: number, MinSizeAllowed: number) {
    super('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      members: { ProposedSize, MinSizeAllowed },
    });
  }
}
