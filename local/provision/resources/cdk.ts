import type { ResourceType } from '../resource-type.ts';
import { bucketDeployment } from './bucket-deployment.ts';

/** The CDK's metadata; nothing is created. */
const metadata: ResourceType = {
  properties: ['Analytics'],
  apply: async ({ logicalId }) => ({ physicalId: logicalId, attributes: {} }),
  remove: async () => {},
};

/**
 * The CDK's `autoDeleteObjects`: on AWS its function empties the bucket when the stack is deleted and
 * does nothing before. Here deleting the state folder does that, so there is nothing to call.
 */
const autoDeleteObjects: ResourceType = {
  properties: ['ServiceToken', 'BucketName'],
  apply: async ({ logicalId }) => ({ physicalId: logicalId, attributes: {} }),
  remove: async () => {},
};

export const cdkResourceTypes = {
  'AWS::CDK::Metadata': metadata,
  'Custom::CDKBucketDeployment': bucketDeployment,
  'Custom::S3AutoDeleteObjects': autoDeleteObjects,
};
