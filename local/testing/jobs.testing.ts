import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeProcessingJobCommand,
  type DescribeProcessingJobCommandOutput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { ServiceFactory } from '../cloud/cloud.ts';
import type { LogLine, MetricDatum, ServiceEvent } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { serviceFactories } from '../services/index.ts';
import type { TestRuntime } from './cloud.testing.ts';

/** The services that a job needs, and one that records all events and log lines. */
export function jobFactories(heard: Heard): readonly ServiceFactory[] {
  const needed = [
    'createIamService',
    'createStsService',
    'createKmsService',
    'createS3Service',
    'createSageMakerService',
  ];
  const listener: ServiceFactory = () => ({
    name: 'logs',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    onEvent: (event) => heard.event(event),
    onLogLine: (line) => void heard.lines.push(line),
    onMetric: (datum) => void heard.metrics.push(datum),
  });
  return [...serviceFactories.filter((factory) => needed.includes(factory.name)), listener];
}

/** The events that services have published, and promises of later events. */
export class Heard {
  readonly events: ServiceEvent[] = [];
  readonly lines: LogLine[] = [];
  readonly metrics: MetricDatum[] = [];
  readonly #waiting = new Set<() => void>();

  event(event: ServiceEvent): void {
    this.events.push(event);
    for (const look of this.#waiting) look();
  }

  /** Resolves with the job's event in one of these statuses, now or later. */
  until(job: string, statuses: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.details(job).find((detail) => statuses.includes(statusOf(detail)));
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The details of all events of one job. */
  details(job: string): readonly Readonly<Record<string, unknown>>[] {
    return this.events
      .filter(({ resources }) => resources.some((arn) => arn.endsWith(`/${job}`)))
      .map(({ detail }) => detail as Readonly<Record<string, unknown>>);
  }

  /** The output of a job. */
  output(job: string): readonly string[] {
    return this.lines
      .filter(({ logStream }) => logStream.startsWith(`${job}/`))
      .map(({ message }) => message);
  }
}

function statusOf(detail: Readonly<Record<string, unknown>>): string {
  return String(detail['ProcessingJobStatus'] ?? detail['TrainingJobStatus']);
}

export const BUCKET = 'jobs-under-test';
export const ROLE = 'arn:aws:iam::000000000000:role/jobs';
const REGISTRY = '683313688378.dkr.ecr.us-east-1.amazonaws.com';
export const SKLEARN = `${REGISTRY}/sagemaker-scikit-learn:1.9-0-cpu-py3`;
export const XGBOOST = `${REGISTRY}/sagemaker-xgboost:3.2-0`;

const ENDED = ['Completed', 'Failed', 'Stopped'];

/** Clients of a runtime, and the jobs that tests start through them. */
export class JobTest {
  readonly heard: Heard;
  readonly sagemaker: SageMakerClient;
  readonly s3: S3Client;
  readonly #iam: IAMClient;
  #jobs = 0;

  constructor(runtime: Pick<TestRuntime, 'clientConfig'>, heard: Heard) {
    this.heard = heard;
    this.sagemaker = new SageMakerClient(runtime.clientConfig);
    this.s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
    this.#iam = new IAMClient(runtime.clientConfig);
  }

  async prepare(): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await this.createRole('jobs', ['s3:GetObject', 's3:PutObject', 's3:ListBucket']);
  }

  async createRole(name: string, actions: readonly string[]): Promise<void> {
    await this.#iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sagemaker.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        }),
      }),
    );
    await this.#iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'inline',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
        }),
      }),
    );
  }

  async put(Key: string, Body: string | Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  }

  async read(Key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** An unused name for a job. */
  nextName(): string {
    this.#jobs += 1;
    return `job-${this.#jobs}`;
  }

  /** Starts a processing job with this script, a data input and one output. */
  async startProcessing(
    script: string,
    options: Partial<CreateProcessingJobCommandInput> = {},
  ): Promise<string> {
    const name = this.nextName();
    await this.put(`${name}/code/main.py`, script || '\n');
    await this.sagemaker.send(
      new CreateProcessingJobCommand({
        ProcessingJobName: name,
        RoleArn: ROLE,
        AppSpecification: {
          ImageUri: SKLEARN,
          ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/main.py'],
        },
        ProcessingResources: {
          ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
        },
        ProcessingInputs: [input('code', `s3://${BUCKET}/${name}/code/main.py`)],
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: 'result',
              S3Output: {
                S3Uri: `s3://${BUCKET}/${name}/result`,
                LocalPath: '/opt/ml/processing/result',
                S3UploadMode: 'EndOfJob',
              },
            },
          ],
        },
        ...options,
      }),
    );
    return name;
  }

  async process(
    script: string,
    options: Partial<CreateProcessingJobCommandInput> = {},
  ): Promise<DescribeProcessingJobCommandOutput> {
    const name = await this.startProcessing(script, options);
    await this.heard.until(name, ENDED);
    return this.describeProcessing(name);
  }

  describeProcessing(ProcessingJobName: string): Promise<DescribeProcessingJobCommandOutput> {
    return this.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
  }

  /** Starts a training job in script mode; `code` is the archive's content. */
  async startTraining(
    archive: Uint8Array,
    options: Partial<CreateTrainingJobCommandInput> = {},
  ): Promise<string> {
    const name = this.nextName();
    await this.put(`${name}/source.tar.gz`, archive);
    await this.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName: name,
        RoleArn: ROLE,
        AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
        ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
        ...options,
        HyperParameters: {
          sagemaker_program: 'train.py',
          sagemaker_submit_directory: `s3://${BUCKET}/${name}/source.tar.gz`,
          ...options.HyperParameters,
        },
      }),
    );
    return name;
  }

  async train(
    archive: Uint8Array,
    options: Partial<CreateTrainingJobCommandInput> = {},
  ): Promise<DescribeTrainingJobCommandOutput> {
    const name = await this.startTraining(archive, options);
    await this.heard.until(name, ENDED);
    return this.describeTraining(name);
  }

  describeTraining(TrainingJobName: string): Promise<DescribeTrainingJobCommandOutput> {
    return this.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  }
}

/** An input of a processing job, below `/opt/ml/processing/input/`. */
export function input(
  name: string,
  S3Uri: string,
  S3DataType: 'S3Prefix' | 'ManifestFile' = 'S3Prefix',
) {
  const LocalPath = `/opt/ml/processing/input/${name}`;
  return {
    InputName: name,
    S3Input: { S3Uri, LocalPath, S3DataType, S3InputMode: 'File' as const },
  };
}
