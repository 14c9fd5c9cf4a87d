import type { Failure } from '../../../../engine/index.ts';
import { UnsupportedOperation } from '../../../cloud/cloud.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { Random } from '../../../host/random.ts';
import { errorNameOf, type SdkService } from './sdk-services.ts';

/** The failure of a task whose call was refused; Java prints a missing message as `null`. */
export interface RenderedFailure extends Failure {
  readonly error: string;
  readonly cause: string;
}

/**
 * The failure of an `aws-sdk` integration, with the error name and message of the AWS SDK for Java 2. S3's 412 has
 * no modelled exception and is `S3.S3Exception`:
 * https://github.com/aws/aws-sdk-java-v2/issues/6023 shows exception and message.
 */
export function sdkFailure(
  service: SdkService,
  operation: string,
  error: unknown,
  random: Random,
): RenderedFailure {
  const refused = serviceErrorOf(error);
  if (refused instanceof UnsupportedOperation) return unsupported(refused.message);
  const { errorPrefix } = service;
  // The response to a HEAD request has no body with a message.
  const message = errorPrefix === 'S3' && operation.startsWith('Head') ? '' : refused.message;
  const extended = errorPrefix === 'S3' ? `, Extended Request ID: ${random.hex(76)}` : '';
  return {
    error: `${errorPrefix}.${headException(service, operation, refused) ?? exceptionName(service, refused.code) ?? `${errorPrefix}Exception`}`,
    cause: `${message || 'null'} (Service: ${errorPrefix}, Status Code: ${refused.status}, Request ID: ${random.uuid()}${extended}) (SDK Attempt Count: 1)`,
  };
}

/**
 * The response to a HEAD request has no code either: the AWS SDK for Java 2 throws the operation's own exception for
 * every 404, so a missing bucket is reported as a missing key. `ExceptionTranslationInterceptor` of
 * https://github.com/aws/aws-sdk-java-v2/tree/master/services/s3
 */
function headException(
  { errorPrefix }: SdkService,
  operation: string,
  { status }: ServiceError,
): string | undefined {
  if (errorPrefix !== 'S3' || status !== 404) return undefined;
  return HEAD_EXCEPTIONS[operation];
}

const HEAD_EXCEPTIONS: Readonly<Record<string, string>> = {
  HeadObject: 'NoSuchKeyException',
  HeadBucket: 'NoSuchBucketException',
};

/** The failure of an optimized integration, with the error name and message of the AWS SDK for Java 1. */
export function optimizedFailure(
  service: SdkService,
  prefix: string,
  error: unknown,
  random: Random,
): RenderedFailure {
  const refused = serviceErrorOf(error);
  if (refused instanceof UnsupportedOperation) return unsupported(refused.message);
  const code = refused.queryCode ?? refused.code;
  return {
    error: `${prefix}.${exceptionName(service, refused.code) ?? service.legacyException}`,
    cause: `${refused.message || 'null'} (Service: ${service.legacyName}; Status Code: ${refused.status}; Error Code: ${code}; Request ID: ${random.uuid()}; Proxy: null)`,
  };
}

/** A feature that AWS has and this runtime lacks; the cause names stepmill, so that it is not taken for AWS's error. */
export function unsupported(message: string): RenderedFailure {
  return { error: 'Stepmill.NotImplemented', cause: message };
}

function serviceErrorOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  throw error;
}

/** The names of Java's exceptions end in `Exception`, also if the model's do not. */
function exceptionName(service: SdkService, code: string): string | undefined {
  const name = errorNameOf(service, code);
  if (name === undefined) return undefined;
  if (name.endsWith('Exception')) return name;
  return `${name.replace(/Fault$/, '')}Exception`;
}
