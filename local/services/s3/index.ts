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
 * Missing, and answered as missing: ACLs of objects (the bucket owner always owns them), object
 * lock, replication, websites, inventory, Select, customer-provided keys, POST uploads from forms,
 * notifications to anything but EventBridge. Lifecycle rules, public access blocks, CORS and logging are
 * stored and returned without effect; KMS keys are stored, nothing is encrypted.
 * Differs by design: signatures are not verified; DeleteObjects is refused as a whole if the caller may not
 * delete one of its keys; an object without a checksum gets its CRC64NVME on the first request for it.
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
