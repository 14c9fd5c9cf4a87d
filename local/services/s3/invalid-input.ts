import type { Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { InvalidArgument, InvalidRequest, MalformedXml } from './errors.ts';

/** What S3 says of a header or parameter whose value is none of an enumeration. */
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

/** Parts of documents that S3 judges in other words, as the operations do. */
const JUDGED_BY_OPERATIONS: ReadonlySet<unknown> = new Set([
  'FilterRules',
  'Events',
  'VersioningConfiguration',
]);

/**
 * S3's model says little, and S3 does not answer as other services do: what is wrong inside of a document
 * is malformed XML, headers and parameters have errors of their own.
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
