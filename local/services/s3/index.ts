import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { bucketConfigurationOperations, bucketPolicy } from './bucket-configurations.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './buckets.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { AccessDenied } from './errors.ts';
import { getObject, getObjectAttributes, headObject } from './get-object.ts';
import { invalidInput } from './invalid-input.ts';
import { listObjects, listObjectsV2, listObjectVersions } from './list-objects.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts';
import { bind } from './operation.ts';
import { putObject } from './put-object.ts';
import { S3State } from './state.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts';

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
    operations: {
      CreateBucket: bind(state, createBucket),
      DeleteBucket: bind(state, deleteBucket),
      GetBucketLocation: bind(state, getBucketLocation),
      HeadBucket: bind(state, headBucket),
      ListBuckets: bind(state, listBuckets),
      ...bucketConfigurationOperations(state),
      CopyObject: bind(state, copyObject),
      DeleteObject: bind(state, deleteObject),
      DeleteObjects: bind(state, deleteObjects),
      GetObject: bind(state, getObject),
      GetObjectAttributes: bind(state, getObjectAttributes),
      HeadObject: bind(state, headObject),
      ListObjects: bind(state, listObjects),
      ListObjectsV2: bind(state, listObjectsV2),
      ListObjectVersions: bind(state, listObjectVersions),
      PutObject: bind(state, putObject),
      DeleteObjectTagging: bind(state, deleteObjectTagging),
      GetObjectTagging: bind(state, getObjectTagging),
      PutObjectTagging: bind(state, putObjectTagging),
      AbortMultipartUpload: bind(state, abortMultipartUpload),
      CompleteMultipartUpload: bind(state, completeMultipartUpload),
      CreateMultipartUpload: bind(state, createMultipartUpload),
      ListMultipartUploads: bind(state, listMultipartUploads),
      ListParts: bind(state, listParts),
      UploadPart: bind(state, uploadPart),
      UploadPartCopy: bind(state, uploadPartCopy),
    },
    accessDenied: (message) => new AccessDenied(message),
    invalidInput,
    resourcePolicy: (resourceArn) => bucketPolicy(state, resourceArn),
  };
}
