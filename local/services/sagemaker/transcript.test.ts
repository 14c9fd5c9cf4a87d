import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createStsService } from '../sts/index.ts';
import { createSageMakerService } from './index.ts';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000';
const RoleArn = 'arn:aws:iam::000000000000:role/r';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const ROLE: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'r',
      PolicyName: 'all',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    },
  ],
  ['s3:CreateBucket', { Bucket: 'data' }],
  ['s3:PutObject', { Bucket: 'data', Key: 'model.tar.gz', Body: Buffer.from('x') }],
];
const CONTAINER = { Image: IMAGE, ModelDataUrl: 's3://data/model.tar.gz' };
const model = (ModelName: string, more: object = {}): Step => [
  'CreateModel',
  { ModelName, ExecutionRoleArn: RoleArn, PrimaryContainer: CONTAINER, ...more },
];
const VARIANT = {
  VariantName: 'AllTraffic',
  ModelName: 'm',
  InstanceType: 'ml.m5.large',
  InitialInstanceCount: 1,
};
const config = (EndpointConfigName: string, ...variants: readonly object[]): Step => [
  'CreateEndpointConfig',
  { EndpointConfigName, ProductionVariants: variants },
];
const serverless = (ServerlessConfig: object) => ({
  VariantName: 'v',
  ModelName: 'm',
  ServerlessConfig,
});
const listed = (operation: string, first: string): readonly Step[] => [
  [operation],
  [operation, { NameContains: 'm' }],
  [operation, { NameContains: 'zzz' }],
  [operation, { SortBy: 'Name', SortOrder: 'Ascending' }],
  [operation, { SortBy: 'Name', SortOrder: 'Descending', MaxResults: 1 }, first],
  [
    operation,
    (answered) => ({
      SortBy: 'Name',
      SortOrder: 'Descending',
      MaxResults: 1,
      NextToken: answered(`${first}.NextToken`),
    }),
  ],
  [operation, { CreationTimeAfter: new Date('2026-01-01T00:00:30Z') }],
  [operation, { CreationTimeBefore: new Date('2026-01-01T00:00:30Z') }],
  [operation, { MaxResults: 0 }],
  [operation, { MaxResults: 101 }],
  [operation, { NextToken: 'wrong' }],
];

const hosting: readonly Step[] = [
  ...ROLE,
  model('a b'),
  model('m'.repeat(64)),
  model('m', { PrimaryContainer: undefined }),
  model('m', { ExecutionRoleArn: 'no arn' }),
  model('m', { PrimaryContainer: { Image: IMAGE, ModelDataUrl: 'https://data' } }),
  model('m', { PrimaryContainer: { ...CONTAINER, ModelDataUrl: 's3://data/missing.tar.gz' } }),
  model('m', { PrimaryContainer: { ...CONTAINER, Environment: { 'a-b': 'x' } } }),
  model('m', { PrimaryContainer: { ...CONTAINER, Mode: 'Other' } }),
  model('m', { PrimaryContainer: { ...CONTAINER, Environment: { A: '1' } } }),
  model('m'),
  { advanceSeconds: 60 },
  model('m2', { EnableNetworkIsolation: true, Tags: [{ Key: 'team', Value: 'ml' }] }),
  ['DescribeModel', { ModelName: 'm' }],
  ['DescribeModel', { ModelName: 'm2' }],
  ['DescribeModel', { ModelName: 'missing' }],
  ...listed('ListModels', 'models'),
  config('c'),
  config('c', { ...VARIANT, ModelName: 'missing' }),
  config('c', VARIANT, VARIANT),
  config('c', { ...VARIANT, InitialInstanceCount: 0 }),
  config('c', { ...VARIANT, InstanceType: 'other' }),
  config('c', { ...VARIANT, InstanceType: undefined }),
  config('c', { ...VARIANT, InitialVariantWeight: -1 }),
  config('c', serverless({ MemorySizeInMB: 1_000, MaxConcurrency: 1 })),
  config('c', serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 201 })),
  config('c', serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 5, ProvisionedConcurrency: 6 })),
  config('c', { ...serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 1 }), ...VARIANT }),
  config('c', VARIANT),
  config('c', VARIANT),
  config('c2', serverless({ MemorySizeInMB: 2_048, MaxConcurrency: 5 })),
  [
    'CreateEndpointConfig',
    {
      EndpointConfigName: 'cm3',
      ProductionVariants: [
        { ...VARIANT, InitialVariantWeight: 3, ModelDataDownloadTimeoutInSeconds: 60 },
        { ...VARIANT, VariantName: 'Other', ModelName: 'm2' },
      ],
      KmsKeyId: 'key',
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 50,
        DestinationS3Uri: 's3://data/capture',
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
      },
      Tags: [{ Key: 'team', Value: 'ml' }],
    },
  ],
  ['DescribeEndpointConfig', { EndpointConfigName: 'c' }],
  ['DescribeEndpointConfig', { EndpointConfigName: 'c2' }],
  ['DescribeEndpointConfig', { EndpointConfigName: 'cm3' }],
  ['DescribeEndpointConfig', { EndpointConfigName: 'missing' }],
  ...listed('ListEndpointConfigs', 'configs'),
  ['CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'missing' }],
  ['CreateEndpoint', { EndpointName: 'a b', EndpointConfigName: 'c' }],
  ['UpdateEndpoint', { EndpointName: 'missing', EndpointConfigName: 'c' }],
  [
    'UpdateEndpointWeightsAndCapacities',
    {
      EndpointName: 'missing',
      DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredWeight: 1 }],
    },
  ],
  ['DescribeEndpoint', { EndpointName: 'missing' }],
  ['InvokeEndpoint', { EndpointName: 'missing', Body: Buffer.from('1') }],
  ['DeleteEndpoint', { EndpointName: 'missing' }],
  ...listed('ListEndpoints', 'endpoints'),
  ['ListTags', { ResourceArn: `${ARN}:model/m2` }],
  ['AddTags', { ResourceArn: `${ARN}:model/m2`, Tags: [{ Key: 'b', Value: '' }] }],
  ['DeleteTags', { ResourceArn: `${ARN}:model/m2`, TagKeys: ['team'] }],
  ['ListTags', { ResourceArn: `${ARN}:model/m2` }],
  ['ListTags', { ResourceArn: `${ARN}:endpoint-config/cm3` }],
  ['ListTags', { ResourceArn: `${ARN}:model/missing` }],
  ['ListTags', { ResourceArn: 'no arn' }],
  ['DeleteEndpointConfig', { EndpointConfigName: 'c' }],
  ['DeleteEndpointConfig', { EndpointConfigName: 'c' }],
  ['DeleteModel', { ModelName: 'm' }],
  ['DeleteModel', { ModelName: 'm' }],
];

const PACKAGE = `${ARN}:model-package/g/1`;
const pack = (more: object = {}): Step => [
  'CreateModelPackage',
  {
    ModelPackageGroupName: 'g',
    ModelApprovalStatus: 'PendingManualApproval',
    InferenceSpecification: {
      Containers: [CONTAINER],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    },
    ...more,
  },
];
const approve = (more: object): Step => [
  'UpdateModelPackage',
  { ModelPackageArn: PACKAGE, ...more },
];

const registry: readonly Step[] = [
  ...ROLE,
  ['CreateModelPackageGroup', { ModelPackageGroupName: 'a b' }],
  [
    'CreateModelPackageGroup',
    {
      ModelPackageGroupName: 'g',
      ModelPackageGroupDescription: 'd',
      Tags: [{ Key: 'team', Value: 'ml' }],
    },
  ],
  ['CreateModelPackageGroup', { ModelPackageGroupName: 'g' }],
  { advanceSeconds: 60 },
  ['CreateModelPackageGroup', { ModelPackageGroupName: 'm' }],
  ['DescribeModelPackageGroup', { ModelPackageGroupName: 'g' }],
  ['DescribeModelPackageGroup', { ModelPackageGroupName: `${ARN}:model-package-group/g` }],
  ['DescribeModelPackageGroup', { ModelPackageGroupName: 'missing' }],
  ...listed('ListModelPackageGroups', 'groups'),
  pack({ ModelPackageGroupName: 'missing' }),
  pack({ ModelApprovalStatus: 'Other' }),
  pack({ InferenceSpecification: undefined }),
  pack({
    ModelPackageDescription: 'first',
    CustomerMetadataProperties: { owner: 'me' },
    ModelMetrics: {
      ModelQuality: {
        Statistics: { ContentType: 'application/json', S3Uri: 's3://data/metrics.json' },
      },
    },
    ClientToken: 'token',
  }),
  pack({ ModelApprovalStatus: 'Approved', ApprovalDescription: 'good' }),
  pack({ ModelPackageName: 'named', ModelPackageGroupName: undefined }),
  ['DescribeModelPackage', { ModelPackageName: PACKAGE }],
  ['DescribeModelPackage', { ModelPackageName: `${ARN}:model-package/g/2` }],
  ['DescribeModelPackage', { ModelPackageName: `${ARN}:model-package/g/9` }],
  ['DescribeModelPackage', { ModelPackageName: 'missing' }],
  ['ListModelPackages', { ModelPackageGroupName: 'g' }],
  ['ListModelPackages', { ModelPackageGroupName: 'g', ModelApprovalStatus: 'Approved' }],
  ['ListModelPackages', { ModelPackageGroupName: 'g', MaxResults: 1, SortOrder: 'Ascending' }],
  ['ListModelPackages', { ModelPackageType: 'Both' }],
  ['ListModelPackages'],
  { advanceSeconds: 60 },
  approve({ ModelApprovalStatus: 'Rejected', ApprovalDescription: 'bad' }),
  approve({ ModelApprovalStatus: 'Other' }),
  approve({ CustomerMetadataProperties: { more: 'x' } }),
  approve({ CustomerMetadataPropertiesToRemove: ['owner'] }),
  approve({}),
  ['UpdateModelPackage', { ModelPackageArn: `${ARN}:model-package/g/9` }],
  ['DescribeModelPackage', { ModelPackageName: PACKAGE }],
  ['BatchDescribeModelPackage', { ModelPackageArnList: [PACKAGE, `${ARN}:model-package/g/9`] }],
  ['GetModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }],
  ['PutModelPackageGroupPolicy', { ModelPackageGroupName: 'g', ResourcePolicy: '{' }],
  [
    'PutModelPackageGroupPolicy',
    {
      ModelPackageGroupName: 'g',
      ResourcePolicy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sagemaker:DescribeModelPackage","Resource":"*"}]}',
    },
  ],
  ['GetModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }],
  ['DeleteModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }],
  ['DeleteModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }],
  ['ListTags', { ResourceArn: `${ARN}:model-package-group/g` }],
  ['DeleteModelPackageGroup', { ModelPackageGroupName: 'g' }],
  ['DeleteModelPackage', { ModelPackageName: PACKAGE }],
  ['DeleteModelPackage', { ModelPackageName: PACKAGE }],
  ['DeleteModelPackage', { ModelPackageName: `${ARN}:model-package/g/2` }],
  ['DeleteModelPackageGroup', { ModelPackageGroupName: 'g' }],
  ['DescribeModelPackageGroup', { ModelPackageGroupName: 'g' }],
];

const CHANNEL = {
  ChannelName: 'train',
  ContentType: 'text/csv',
  DataSource: {
    S3DataSource: {
      S3DataType: 'S3Prefix',
      S3Uri: 's3://data/missing/',
      S3DataDistributionType: 'FullyReplicated',
    },
  },
};
const train = (more: object): Step => [
  'CreateTrainingJob',
  {
    TrainingJobName: 't',
    RoleArn,
    AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
    InputDataConfig: [CHANNEL],
    OutputDataConfig: { S3OutputPath: 's3://data/out' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    ...more,
  },
];
const processing = (more: object): Step => [
  'CreateProcessingJob',
  {
    ProcessingJobName: 'p',
    RoleArn,
    AppSpecification: { ImageUri: IMAGE },
    ProcessingResources: {
      ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    },
    ...more,
  },
];

/** Only jobs that are refused: others start processes. */
const jobs: readonly Step[] = [
  ...ROLE,
  train({ TrainingJobName: 'a b' }),
  train({ RoleArn: 'no arn' }),
  train({ AlgorithmSpecification: { TrainingInputMode: 'File' } }),
  train({ AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'Other' } }),
  train({ InputDataConfig: [CHANNEL, CHANNEL] }),
  train({ InputDataConfig: [{ ...CHANNEL, ChannelName: 'a b' }] }),
  train({ OutputDataConfig: { S3OutputPath: 'https://data' } }),
  train({ OutputDataConfig: { S3OutputPath: 's3://missing-bucket/out' } }),
  train({ StoppingCondition: { MaxRuntimeInSeconds: 0 } }),
  train({ ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 0, VolumeSizeInGB: 1 } }),
  train({ ResourceConfig: { InstanceType: 'other', InstanceCount: 1, VolumeSizeInGB: 1 } }),
  train({ HyperParameters: { ['k'.repeat(257)]: 'v' } }),
  ['DescribeTrainingJob', { TrainingJobName: 't' }],
  ['StopTrainingJob', { TrainingJobName: 't' }],
  ...listed('ListTrainingJobs', 'training'),
  ['ListTrainingJobs', { StatusEquals: 'Other' }],
  processing({ ProcessingJobName: 'a b' }),
  processing({ AppSpecification: {} }),
  processing({ RoleArn: 'no arn' }),
  processing({ StoppingCondition: { MaxRuntimeInSeconds: 0 } }),
  processing({ Environment: { 'a-b': 'x' } }),
  ['DescribeProcessingJob', { ProcessingJobName: 'p' }],
  ['StopProcessingJob', { ProcessingJobName: 'p' }],
  ...listed('ListProcessingJobs', 'processing'),
];

const SCRIPT = { sagemaker_program: 'train.py', sagemaker_submit_directory: 's3://data/code' };
const trainOn = (ResourceConfig: object): Step =>
  train({ HyperParameters: SCRIPT, ResourceConfig: { VolumeSizeInGB: 1, ...ResourceConfig } });
const algorithm = (more: object): Step =>
  train({
    HyperParameters: SCRIPT,
    AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File', ...more },
  });
const channel = (more: object): Step =>
  train({ HyperParameters: SCRIPT, InputDataConfig: [{ ...CHANNEL, ...more }] });
const spot = (MaxWaitTimeInSeconds: number | undefined, EnableManagedSpotTraining: boolean) =>
  train({
    RoleArn: 'arn:aws:iam::000000000000:role/missing',
    HyperParameters: SCRIPT,
    EnableManagedSpotTraining,
    StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds },
  });
const ENTRY = {
  AppSpecification: { ImageUri: IMAGE, ContainerEntrypoint: ['python3'] },
};
const input = (LocalPath: string | undefined, more: object = {}, InputName = 'i') => ({
  InputName,
  S3Input: { S3Uri: 's3://data/in', S3DataType: 'S3Prefix', LocalPath, ...more },
});
const output = (LocalPath: string, OutputName = 'o') => ({
  OutputName,
  S3Output: { S3Uri: 's3://data/out', LocalPath, S3UploadMode: 'EndOfJob' },
});
const inputs = (...ProcessingInputs: readonly object[]): Step =>
  processing({ ...ENTRY, ProcessingInputs });
const outputs = (...Outputs: readonly object[]): Step =>
  processing({ ...ENTRY, ProcessingOutputConfig: { Outputs } });
const configured = (more: object): Step => [
  'CreateEndpointConfig',
  { EndpointConfigName: 'c', ProductionVariants: [VARIANT], ...more },
];
const SHADOW = { ...VARIANT, VariantName: 'shadow' };
const capture = (more: object) => ({
  DataCaptureConfig: {
    EnableCapture: true,
    InitialSamplingPercentage: 100,
    DestinationS3Uri: 's3://data/capture',
    CaptureOptions: [{ CaptureMode: 'Input' }],
    ...more,
  },
});
const two = (first: object = {}, second: object = {}) => ({
  PrimaryContainer: undefined,
  Containers: [
    { ...CONTAINER, ...first },
    { ...CONTAINER, ...second },
  ],
});
const taggedWith = (count: number): Step => [
  'AddTags',
  {
    ResourceArn: `${ARN}:model/m`,
    Tags: Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' })),
  },
];
const VPC = { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] };

/** Requests that are refused by rules which the API model does not contain. */
const refused: readonly Step[] = [
  ...ROLE,
  trainOn({ InstanceType: 'ml.p3.2xlarge', InstanceCount: 1 }),
  trainOn({ InstanceType: 'ml.g4dn.xlarge', InstanceCount: 2 }),
  trainOn({ InstanceType: 'ml.m5.large', InstanceCount: 2 }),
  algorithm({ TrainingImage: undefined, AlgorithmName: 'own' }),
  algorithm({ TrainingImage: '000000000000.dkr.ecr.us-east-1.amazonaws.com/own:1' }),
  algorithm({ MetricDefinitions: [{ Name: 'm', Regex: '(' }] }),
  algorithm({ TrainingInputMode: 'Pipe' }),
  channel({ InputMode: 'Pipe' }),
  channel({
    DataSource: {
      FileSystemDataSource: {
        FileSystemId: 'fs-00000000000',
        FileSystemAccessMode: 'ro',
        FileSystemType: 'EFS',
        DirectoryPath: '/d',
      },
    },
  }),
  channel({
    DataSource: { S3DataSource: { S3DataType: 'AugmentedManifestFile', S3Uri: 's3://data/m' } },
  }),
  spot(60, false),
  spot(undefined, true),
  spot(59, true),
  spot(60, true),
  processing({
    ...ENTRY,
    ProcessingResources: {
      ClusterConfig: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1, VolumeSizeInGB: 1 },
    },
  }),
  processing({
    ...ENTRY,
    ProcessingResources: {
      ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 1 },
    },
  }),
  processing({ AppSpecification: { ImageUri: 'own', ContainerEntrypoint: ['python3'] } }),
  processing({}),
  inputs(input('/opt/ml/processing')),
  inputs(input('/elsewhere')),
  inputs(input('/opt/ml/processing/a'), input('/opt/ml/processing/b')),
  inputs(input('/opt/ml/processing/a', { S3InputMode: 'Pipe' })),
  inputs(input('/opt/ml/processing/a', { S3CompressionType: 'Gzip' })),
  inputs({ InputName: 'i', DatasetDefinition: { LocalPath: '/opt/ml/processing/a' } }),
  outputs(output('/opt/ml/other/a')),
  outputs(output('/opt/ml/processing/a'), output('/opt/ml/processing/b')),
  outputs({ OutputName: 'o', FeatureStoreOutput: { FeatureGroupName: 'f' } }),
  model('m', { Containers: [CONTAINER] }),
  model('m', { PrimaryContainer: undefined, Containers: [] }),
  model('m', { PrimaryContainer: { ...CONTAINER, Mode: 'MultiModel' } }),
  model('m', { PrimaryContainer: { ModelDataUrl: CONTAINER.ModelDataUrl } }),
  model('m', { PrimaryContainer: { ModelPackageName: `${ARN}:model-package/g/1` } }),
  model('m', {
    PrimaryContainer: {
      Image: IMAGE,
      ModelDataSource: {
        S3DataSource: {
          S3Uri: 's3://data/',
          S3DataType: 'S3Prefix',
          CompressionType: 'None',
        },
      },
    },
  }),
  model('m', { InferenceExecutionConfig: { Mode: 'Direct' } }),
  model('m', two({ ContainerHostname: 'h' }, { ContainerHostname: 'h' })),
  model('m', two({ ContainerHostname: 'container-2' })),
  model('m', { ExecutionRoleArn: 'arn:aws:iam::000000000000:role/missing' }),
  model('m'),
  model('m'),
  model('pipeline', two()),
  model('inside', { VpcConfig: VPC }),
  ['DescribeModel', { ModelName: 'pipeline' }],
  ['DescribeModel', { ModelName: 'inside' }],
  configured({
    AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://data/async' } },
  }),
  configured({ ExplainerConfig: {} }),
  configured({ ShadowProductionVariants: [SHADOW, { ...SHADOW, VariantName: 'third' }] }),
  configured({
    ProductionVariants: [VARIANT, { ...VARIANT, VariantName: 'b' }],
    ShadowProductionVariants: [SHADOW],
  }),
  configured({ ShadowProductionVariants: [VARIANT] }),
  configured({ ShadowProductionVariants: [{ ...SHADOW, ModelName: 'pipeline' }] }),
  configured({
    ProductionVariants: [serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 1 })],
    ShadowProductionVariants: [SHADOW],
  }),
  configured({
    ProductionVariants: [serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 1 }), VARIANT],
  }),
  ...['pipeline', 'inside'].map((ModelName) =>
    configured({
      ProductionVariants: [
        { ...serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 1 }), ModelName },
      ],
    }),
  ),
  configured({
    ProductionVariants: [
      { ...serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 1 }), InstanceType: 'ml.m5.large' },
    ],
  }),
  configured({
    ProductionVariants: [{ ...VARIANT, ManagedInstanceScaling: { Status: 'ENABLED' } }],
  }),
  configured({ ProductionVariants: [VARIANT], ...capture({ DestinationS3Uri: 'https://data/x' }) }),
  configured({
    ProductionVariants: [serverless({ MemorySizeInMB: 1_024, MaxConcurrency: 1 })],
    ...capture({}),
  }),
  ...[1_024, 2_048, 3_072, 4_096, 5_120, 6_144, 7_168].map((MemorySizeInMB, index) =>
    configured({
      EndpointConfigName: `serverless-${index}`,
      ProductionVariants: [
        serverless({ MemorySizeInMB, MaxConcurrency: 5, ProvisionedConcurrency: 5 }),
      ],
    }),
  ),
  configured({ ShadowProductionVariants: [SHADOW], ...capture({}) }),
  ['DescribeEndpointConfig', { EndpointConfigName: 'c' }],
  taggedWith(50),
  ['AddTags', { ResourceArn: `${ARN}:model/m`, Tags: [{ Key: 'k0', Value: 'new' }] }],
  ['AddTags', { ResourceArn: `${ARN}:model/m`, Tags: [{ Key: 'more', Value: 'v' }] }],
  ['ListTags', { ResourceArn: `${ARN}:model/m`, MaxResults: 50 }, 'page'],
  [
    'ListTags',
    (answered) => ({
      ResourceArn: `${ARN}:model/m`,
      MaxResults: 50,
      NextToken: answered('page.NextToken'),
    }),
  ],
  ['DeleteTags', { ResourceArn: `${ARN}:model/m`, TagKeys: ['k0', 'missing'] }],
  ['ListTags', { ResourceArn: `${ARN}:model/m`, MaxResults: 100 }],
];

const factories = [createIamService, createStsService, createS3Service, createSageMakerService];

describe('SageMaker answers', () => {
  it.each(Object.entries({ hosting, registry, jobs, refused }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('sagemaker', factories, steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
