import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { bucketConfigurationOperations, bucketIn, bucketPolicy } from './bucket-configurations.ts';
import { bucketOperations } from './buckets.ts';
import { copyOperations } from './copy-object.ts';
import { deleteOperations } from './delete-object.ts';
import { AccessDenied } from './errors.ts';
import { readOperations } from './get-object.ts';
import { invalidInput } from './invalid-input.ts';
import { listOperations } from './list-objects.ts';
import { multipartOperations } from './multipart/index.ts';
import { keepState, ownerOfBucket } from './owner.ts';
import { putOperations } from './put-object.ts';
import { S3State } from './state.ts';
import { taggingOperations } from './tagging.ts';

/** Amazon S3. */
export function createS3Service(cloud: Cloud): Service {
  const state = new S3State(cloud);
  keepState(state);
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
    ownerOf: (operation, { Bucket }: { readonly Bucket?: string }) =>
      operation === 'CreateBucket' ? undefined : ownerOfBucket(cloud, Bucket ?? '')?.cloud,
    ownerOfResource: (arn, action) =>
      action === 's3:CreateBucket' ? undefined : ownerOfBucket(cloud, bucketIn(arn))?.cloud,
    resourcePolicy: (resourceArn) => bucketPolicy(state, resourceArn),
  };
}
