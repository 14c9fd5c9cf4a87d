import type { ServiceName } from '../service-name.ts';
import type { Reference, Rules } from './shapes.ts';

/** Where AWS is known to take more or less than its own API model says. */
export interface Exception {
  readonly service: ServiceName;
  /** The shape of the model that is changed. */
  readonly shape: string;
  /** Rules instead of the model's; `undefined` drops one. */
  readonly rules?: { readonly [Name in keyof Rules]?: Rules[Name] | undefined };
  /** Members of a structure instead of the model's. */
  readonly members?: Readonly<Record<string, Reference>>;
  /** How it is known. */
  readonly source: string;
}

/** The inputs of CloudFront's lists. */
const CLOUDFRONT_LISTS = [
  'ListCachePoliciesRequest',
  'ListDistributionsRequest',
  'ListFunctionsRequest',
  'ListInvalidationsRequest',
  'ListOriginAccessControlsRequest',
  'ListOriginRequestPoliciesRequest',
  'ListResponseHeadersPoliciesRequest',
];

export const exceptions: readonly Exception[] = [
  ...CLOUDFRONT_LISTS.map(
    (shape): Exception => ({
      service: 'cloudfront',
      shape,
      members: { MaxItems: 'integer' },
      source:
        'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html: a number, which the model has as a text',
    }),
  ),
  {
    service: 'stepfunctions',
    shape: 'Definition',
    rules: { countsBytes: true },
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 1 MB, not characters',
  },
  {
    service: 'stepfunctions',
    shape: 'SensitiveData',
    rules: { countsBytes: true },
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 256 KiB of data as a UTF-8 encoded string',
  },
  {
    service: 'lambda',
    shape: 'MemorySize',
    rules: { max: 10_240 },
    source:
      'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: more belongs to functions on Managed Instances, which this Lambda has not',
  },
  {
    service: 'lambda',
    shape: 'EphemeralStorageSize',
    rules: { max: 10_240 },
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  },
  {
    service: 'lambda',
    shape: 'Timeout',
    rules: { max: 900 },
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  },
  {
    service: 'sagemaker',
    shape: 'CreateTrainingJobRequest',
    members: { ResourceConfig: 'ResourceConfig!', StoppingCondition: 'StoppingCondition!' },
    source:
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: optional for serverless jobs only, which this SageMaker has not',
  },
  {
    service: 'sagemaker',
    shape: 'ResourceConfig',
    members: {
      InstanceType: 'TrainingInstanceType!',
      InstanceCount: 'TrainingInstanceCount!',
      VolumeSizeInGB: 'OptionalVolumeSizeInGB!',
    },
    source:
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html: optional with instance groups only, which this SageMaker has not',
  },
  {
    service: 'sagemaker',
    shape: 'TrainingInstanceCount',
    rules: { min: 1 },
    source:
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html: 0 is for instance groups only',
  },
  {
    service: 'sagemaker',
    shape: 'OptionalVolumeSizeInGB',
    rules: { min: 1, max: 16_384 },
    source:
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html: 0 is for instance types with disks of their own; 16 TB is an EBS volume',
  },
  {
    service: 'sagemaker',
    shape: 'MaxRuntimeInSeconds',
    rules: { max: 2_419_200 },
    source:
      'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html: 28 days',
  },
  {
    service: 'eventbridge',
    shape: 'PutEventsRequestEntry',
    members: { KmsKeyIdentifier: 'string', InternalMetadata: 'string' },
    source:
      'recorded on 2025-01-08: an entry prints itself with both (test_put_events_exceed_limit_ten_entries)',
  },
  ...(['CopyObjectRequest', 'CreateMultipartUploadRequest', 'PutObjectRequest'] as const).map(
    (shape) => ({
      service: 's3' as const,
      shape,
      members: { Expires: 'timestamp' },
      source:
        'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html: a date; botocore changes it to a text for its own reader',
    }),
  ),
  ...(['GetObjectAttributesRequest', 'ListPartsRequest'] as const).map((shape) => ({
    service: 's3' as const,
    shape,
    members: { PartNumberMarker: 'string' },
    source:
      'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html: the SDK sends the text of the header; botocore reads a number',
  })),
  {
    service: 's3',
    shape: 'CopySource',
    rules: { pattern: undefined },
    source: "recorded: S3 answers InvalidArgument, 'Invalid copy source object key'",
  },
  {
    service: 's3',
    shape: 'BucketLocationConstraint',
    rules: { enum: undefined },
    source:
      "recorded: S3 answers InvalidLocationConstraint, 'The specified location-constraint is not valid'",
  },
];
