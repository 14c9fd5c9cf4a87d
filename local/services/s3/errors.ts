import { ServiceError } from '../../cloud/service-error.ts';

// One class for each error of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html that this
// service uses. `members` become elements of the XML error; its `headers` become headers of the response.

export class AccessDenied extends ServiceError {
  constructor(message = 'Access Denied') {
    super('AccessDenied', message, { status: 403 });
  }
}

/** An error of KMS, with its code and message, as S3 hands it on. */
export class KmsError extends ServiceError {
  constructor(code: string, message: string) {
    super(`KMS.${code}`, message);
  }
}

export class NoSuchBucket extends ServiceError {
  constructor(bucket: string) {
    super('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      members: { BucketName: bucket },
    });
  }
}

export class NoSuchKey extends ServiceError {
  constructor(key: string) {
    super('NoSuchKey', 'The specified key does not exist.', { status: 404, members: { Key: key } });
  }
}

/** The newest version is a delete marker: readers do not see the object. */
export class KeyIsDeleted extends ServiceError {
  readonly versionId: string;

  constructor(key: string, versionId: string) {
    super('NoSuchKey', 'The specified key does not exist.', {
      status: 404,
      members: {
        Key: key,
        headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId },
      },
    });
    this.versionId = versionId;
  }
}

export class NoSuchVersion extends ServiceError {
  constructor(key: string, versionId: string) {
    super('NoSuchVersion', 'The specified version does not exist.', {
      status: 404,
      members: { Key: key, VersionId: versionId },
    });
  }
}

/** A delete marker has no content. */
export class MethodNotAllowed extends ServiceError {
  readonly versionId: string;

  constructor(versionId: string, method: 'GET' | 'PUT' | 'DELETE' = 'GET') {
    super('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      status: 405,
      members: {
        Method: method,
        ResourceType: 'DeleteMarker',
        headers: {
          allow: 'DELETE',
          'x-amz-delete-marker': 'true',
          'x-amz-version-id': versionId,
        },
      },
    });
    this.versionId = versionId;
  }
}

export class NoSuchUpload extends ServiceError {
  constructor(uploadId: string) {
    super(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { status: 404, members: { UploadId: uploadId } },
    );
  }
}

/** Another account has a bucket of that name. */
export class BucketAlreadyExists extends ServiceError {
  constructor(bucket: string) {
    super(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { status: 409, members: { BucketName: bucket } },
    );
  }
}

export class BucketAlreadyOwnedByYou extends ServiceError {
  constructor(bucket: string) {
    super(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { status: 409, members: { BucketName: bucket } },
    );
  }
}

export class BucketNotEmpty extends ServiceError {
  constructor(bucket: string, versioned: boolean) {
    super(
      'BucketNotEmpty',
      versioned
        ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
        : 'The bucket you tried to delete is not empty',
      { status: 409, members: { BucketName: bucket } },
    );
  }
}

export class InvalidBucketName extends ServiceError {
  constructor(bucket: string) {
    super('InvalidBucketName', 'The specified bucket is not valid.', {
      members: { BucketName: bucket },
    });
  }
}

export class IllegalLocationConstraint extends ServiceError {
  constructor(given: string) {
    super(
      'IllegalLocationConstraintException',
      `The ${given} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
}

/** A constraint that is not a region, or names the one region that has no constraint. */
export class InvalidLocationConstraint extends ServiceError {
  constructor(given: string) {
    super('InvalidLocationConstraint', 'The specified location-constraint is not valid', {
      members: { LocationConstraint: given },
    });
  }
}

export class KeyTooLong extends ServiceError {
  constructor(sizeBytes: number, limitBytes: number) {
    super('KeyTooLongError', 'Your key is too long', {
      members: { Size: sizeBytes, MaxSizeAllowed: limitBytes },
    });
  }
}

export class InvalidArgument extends ServiceError {
  /** @param value left out of the answer where AWS names the argument only */
  constructor(message: string, name: string, value?: string | number) {
    super('InvalidArgument', message, {
      members: {
        ArgumentName: name,
        ...(value === undefined ? {} : { ArgumentValue: String(value) }),
      },
    });
  }
}

/** The version id is malformed or has a wrong check; AWS's version ids carry one too. */
export class InvalidVersionId extends InvalidArgument {
  constructor(versionId: string) {
    super('Invalid version id specified', 'versionId', versionId);
  }
}

export class InvalidRequest extends ServiceError {
  constructor(message: string) {
    super('InvalidRequest', message);
  }
}

export class MalformedXml extends ServiceError {
  constructor() {
    super(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
}

export class MalformedPolicy extends ServiceError {
  constructor(detail: string) {
    super('MalformedPolicy', detail);
  }
}

export class PreconditionFailed extends ServiceError {
  constructor(condition: string) {
    super('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
      members: { Condition: condition },
    });
  }
}

export class NotModified extends ServiceError {
  constructor(headers: Readonly<Record<string, string>>) {
    super('NotModified', 'Not Modified', { status: 304, members: { headers } });
  }
}

export class InvalidRange extends ServiceError {
  constructor(range: string, sizeBytes: number) {
    super('InvalidRange', 'The requested range is not satisfiable', {
      status: 416,
      members: {
        RangeRequested: range,
        ActualObjectSize: sizeBytes,
        headers: { 'content-range': `bytes */${sizeBytes}` },
      },
    });
  }
}

export class InvalidPartNumber extends ServiceError {
  constructor(partNumber: number, partsCount: number) {
    super('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      status: 416,
      members: { PartNumberRequested: partNumber, ActualPartCount: partsCount },
    });
  }
}

export class BadDigest extends ServiceError {
  constructor(algorithm: string) {
    super('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

/** A part names another checksum algorithm than its upload. */
export class BadPartDigest extends ServiceError {
  constructor(algorithm: string, partNumber: number) {
    super(
      'BadDigest',
      `The ${algorithm} you specified for part ${partNumber} did not match what we received.`,
    );
  }
}

export class BadMd5 extends ServiceError {
  constructor(expected: string, calculated: string) {
    super('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      members: { ExpectedDigest: expected, CalculatedDigest: calculated },
    });
  }
}

export class InvalidDigest extends ServiceError {
  constructor(given: string) {
    super('InvalidDigest', 'The Content-MD5 you specified was invalid.', {
      members: { 'Content-MD5': given },
    });
  }
}

export class IncompleteBody extends ServiceError {
  constructor() {
    super(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
}

export class EntityTooLarge extends ServiceError {
  constructor(sizeBytes: number, limitBytes: number) {
    super('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      members: { ProposedSize: sizeBytes, MaxSizeAllowed: limitBytes },
    });
  }
}

export class EntityTooSmall extends ServiceError {
  constructor(partNumber: number, etag: string, sizeBytes: number, limitBytes: number) {
    super('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      members: {
        PartNumber: partNumber,
        ETag: etag,
        ProposedSize: sizeBytes,
        MinSizeAllowed: limitBytes,
      },
    });
  }
}

export class InvalidPart extends ServiceError {
  constructor(uploadId: string, partNumber: number, etag: string) {
    super(
      'InvalidPart',
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { members: { UploadId: uploadId, PartNumber: partNumber, ETag: etag } },
    );
  }
}

export class InvalidPartOrder extends ServiceError {
  constructor(uploadId: string) {
    super(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
      { members: { UploadId: uploadId } },
    );
  }
}

export class MetadataTooLarge extends ServiceError {
  constructor(sizeBytes: number, limitBytes: number) {
    super('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      members: { Size: sizeBytes, MaxSizeAllowed: limitBytes },
    });
  }
}

export class InvalidTag extends ServiceError {
  constructor(detail: string, tag: { readonly TagKey?: string; readonly TagValue?: string } = {}) {
    super('InvalidTag', detail, { members: tag });
  }
}

export class TooManyTags extends ServiceError {
  constructor(kind: 'Bucket' | 'Object', limit: number) {
    super(
      'BadRequest',
      kind === 'Object'
        ? `Object tags cannot be greater than ${limit}`
        : `Bucket tag count cannot be greater than ${limit}`,
    );
  }
}

/** New buckets have ACLs disabled. */
export class AccessControlListNotSupported extends ServiceError {
  constructor() {
    super('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
}

/** A known header with a value, or together with other headers, that the operation does not accept. */
export class HeaderNotImplemented extends ServiceError {
  constructor(header: string, additionalMessage?: string) {
    super('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      status: 501,
      fault: 'client',
      members: {
        Header: header,
        ...(additionalMessage === undefined ? {} : { additionalMessage }),
      },
    });
  }
}

/** The key was written or deleted after the multipart upload began. */
export class ConditionalRequestConflict extends ServiceError {
  constructor(condition: string, key: string) {
    super(
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
      { status: 409, members: { Condition: condition, Key: key } },
    );
  }
}

export class IllegalVersioningConfiguration extends ServiceError {
  constructor() {
    super('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  }
}

export class InvalidStorageClass extends ServiceError {
  constructor(asked: string) {
    super('InvalidStorageClass', 'The storage class you specified is not valid', {
      members: { StorageClassRequested: asked },
    });
  }
}

export class InvalidRedirectLocation extends ServiceError {
  constructor(message: string) {
    super('InvalidRedirectLocation', message);
  }
}

/** An archived object can be read only after it is restored. */
export class InvalidObjectState extends ServiceError {
  constructor(storageClass: string) {
    super('InvalidObjectState', "The operation is not valid for the object's storage class", {
      status: 403,
      members: { StorageClass: storageClass },
    });
  }
}

export class InvalidBucketOwner extends ServiceError {
  constructor(given: string) {
    super(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${given}]`,
    );
  }
}

/** The bucket does not have this configuration; each configuration has its own code. */
export class NoSuchConfiguration extends ServiceError {
  constructor(code: string, message: string, bucket: string) {
    super(code, message, { status: 404, members: { BucketName: bucket } });
  }
}

/** Not on AWS: a file of the state folder was changed or damaged. */
export class ContentsDamaged extends ServiceError {
  constructor(file: string, problem: string) {
    super(
      'InternalError',
      `The content of this object cannot be read: its file ${file} is damaged (${problem}). Other objects are not affected; upload this one again.`,
      { status: 500 },
    );
  }
}

/** Not on AWS: the disk is full. Clients do not retry a 507, which would fail again. */
export class DiskFull extends ServiceError {
  constructor(folder: string, what: string) {
    super(
      'InsufficientStorage',
      `The disk that holds ${folder} is full: ${what} was not stored, and what was there before is unchanged. Free some space, then send it again.`,
      { status: 507 },
    );
  }
}
