import type { Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { InvalidArgument, InvalidRequest, MalformedXml } from './errors.ts';

/** S3's error for a header or parameter whose value is not in its enumeration. */
const enumerations: Readonly<Record<string, (value: string) => ServiceError>> = {
  EncodingType: (value) =>
    new InvalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', value),
  MetadataDirective: (value) =>
    new InvalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', value),
  TaggingDirective: (value) =>
    new InvalidArgument('Unknown tagging directive.', 'x-amz-tagging-directive', value),
  TransitionDefaultMinimumObjectSize: (value) =>
    new InvalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${value}`),
  ServerSideEncryption: (value) =>
    new InvalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      value,
    ),
};

/** Parts of documents that the operations validate, because S3 has its own errors for them. */
const JUDGED_BY_OPERATIONS: ReadonlySet<unknown> = new Set([
  'FilterRules',
  'Events',
  'VersioningConfiguration',
]);

/**
 * S3's model has few constraints, and S3 answers unlike other services: an invalid value in a document
 * is MalformedXML, and headers and parameters have their own errors.
 */
export function invalidInput(violations: readonly Violation[]): ServiceError | undefined {
  for (const { path, rule, value } of violations) {
    const [member] = path;
    if (path.length > 1) {
      if (!path.some((step) => JUDGED_BY_OPERATIONS.has(step))) return new MalformedXml();
    } else if (member === 'MaxBuckets') {
      return new InvalidArgument(
        'Argument max-buckets must be an integer between 1 and 10000',
        'max-buckets',
        String(value),
      );
    } else if (rule === 'enum' && typeof member === 'string') {
      const error = enumerations[member];
      if (error !== undefined) return error(String(value));
    }
  }
  return undefined;
}
