import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { bucketConfigurationOperations, bucketPolicy } from './bucket-configurations.ts';
import { bucketOperations } from './buckets.ts';
import { copyOperations } from './copy-object.ts';
import { deleteOperations } from './delete-object.ts';
import { AccessDenied } from './errors.ts';
import { readOperations } from './get-object.ts';
import { invalidInput } from './invalid-input.ts';
import { listOperations } from './list-objects.ts';
import { multipartOperations } from './multipart.ts';
import { putOperations } from './put-object.ts';
import { S3State } from './state.ts';
import { taggingOperations } from './tagging.ts';

/**
 * Amazon S3.
 *
 * Missing, and answered as missing: ACLs of objects (ownership is always the bucket owner's), object
 * lock, replication, websites, inventory, Select, customer-provided keys, POST uploads from forms,
 * notifications to anything but EventBridge. Lifecycle rules, public access blocks, CORS and logging are
 * kept and given back, not acted on; keys of KMS are noted, nothing is encrypted.
 * Differs by design: signatures are not verified; DeleteObjects is refused as a whole when one of its
 * keys may not be deleted; an object that came without a checksum gets its CRC64NVME when asked for.
 * Taken from the S3 API reference and the observed behaviour of boto3, AWS CLI and the JavaScript SDK.
 */
export function createS3Service(cloud: Cloud): Service {
  const state = new S3State(cloud);
  return {
    name: 's3',
    operations: bindOperations(
      state,
      bucketOperations,
      bucketConfigurationOperations,
      listOperations,
      readOperations,
      putOperations,
      copyOperations,
      deleteOperations,
      taggingOperations,
      multipartOperations,
    ),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput,
    resourcePolicy: (resourceArn) => bucketPolicy(state, resourceArn),
  };
}
