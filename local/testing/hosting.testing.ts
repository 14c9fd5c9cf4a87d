import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  SageMakerClient,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { Header } from 'tar';
import type { Cloud, ServiceFactory } from '../cloud/cloud.ts';
import type { AccountPrincipal } from '../cloud/principal.ts';
import type { LogLine, MetricDatum, Service, ServiceEvent } from '../cloud/service.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { silentLogger } from '../host/logger.ts';
import { DiscardedFolders, PythonHost } from '../jobs/index.ts';
import { spawnedPython } from '../jobs/serving/spawned-python.testing.ts';
import { type Runtime, startRuntime } from '../runtime.ts';
import { createIamService } from '../services/iam/index.ts';
import { createKmsService } from '../services/kms/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { AccessDeniedException } from '../services/sagemaker/errors.ts';
import { createHosting } from '../services/sagemaker/hosting/index.ts';
import { createTags } from '../services/sagemaker/tags.ts';
import { createTransformJobs } from '../services/sagemaker/transform/index.ts';
import { sageMakerWords } from '../services/sagemaker/words.ts';
import { createStsService } from '../services/sts/index.ts';

/** Test support for hosting over HTTP, with models in plain Python and access to its metrics and alarms. */
export interface HostingBench {
  readonly runtime: Runtime;
  readonly clock: VirtualClock;
  readonly sagemaker: SageMakerClient;
  readonly client: SageMakerRuntimeClient;
  readonly events: ServiceEvent[];
  readonly metrics: MetricDatum[];
  readonly logLines: LogLine[];
  readonly objects: BenchObjects;
  /** The states of all alarms, by name. */
  readonly alarms: Map<string, string>;
  ring(alarmName: string): void;
  /** Uploads a model and creates it with an endpoint config of the same name. */
  createConfig(name: string, script: string, variant?: object, config?: object): Promise<void>;
  createEndpoint(name: string, configName: string): Promise<DescribeEndpointCommandOutput>;
  update(
    name: string,
    configName: string,
    config?: DeploymentConfig,
    more?: Partial<UpdateEndpointCommandInput>,
  ): Promise<void>;
  describe(name: string): Promise<DescribeEndpointCommandOutput>;
  /** Waits in real time until the endpoint fulfils a condition. */
  until(
    name: string,
    wanted: (endpoint: DescribeEndpointCommandOutput) => boolean,
  ): Promise<DescribeEndpointCommandOutput>;
  invoke(name: string, body: string, more?: object): Promise<string>;
  close(): Promise<void>;
}

/** Objects by `bucket/key`. */
interface BenchObjects {
  put(place: string, body: Uint8Array): Promise<void>;
  delete(place: string): Promise<void>;
  read(place: string): Promise<string>;
  list(bucket: string): Promise<readonly string[]>;
}

export const SKLEARN =
  '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
export const ROLE = 'arn:aws:iam::000000000000:role/model';

/** The script of a model that answers with its own name. */
export function namedModel(name: string): string {
  return `
def model_fn(model_dir): return "${name}"
def transform_fn(model, data, content_type, accept): return model, "text/plain"
`;
}

export interface HostingBenchOptions {
  /** Additional services. @default none */
  readonly factories?: readonly ServiceFactory[];
  /** The state folder. @default state in memory */
  readonly stateFolder?: string;
}

export async function startHostingBench(options: HostingBenchOptions = {}): Promise<HostingBench> {
  const observed: Observed = { events: [], metrics: [], logLines: [], alarms: new Map() };
  const clock = createVirtualClock();
  const { stateFolder } = options;
  const runtime = await startRuntime({
    ...(stateFolder === undefined ? { ephemeral: true } : { stateFolder }),
    port: 0,
    clock,
    logger: silentLogger,
    factories: [
      createIamService,
      createStsService,
      createKmsService,
      createS3Service,
      createTestSageMaker,
      createTestCloudWatch(observed.alarms, observed.metrics),
      ...(options.factories ?? []),
      () => observer(observed),
    ],
  });
  const bench = new Bench(runtime, clock, observed);
  await prepareAccount(runtime.cloud, bench.s3);
  return bench;
}

type Observed = Pick<HostingBench, 'events' | 'metrics' | 'logLines' | 'alarms'>;

/** A service that keeps what others publish. */
function observer({ events, logLines, metrics }: Observed): Service {
  return {
    name: 'logs',
    operations: {},
    accessDenied: (message) => new AccessDeniedException(message),
    onEvent: (event) => void events.push(event),
    onMetric: (datum) => void metrics.push(datum),
    onLogLine: (line) => void logLines.push(line),
  };
}

const PATIENCE_MS = 50_000;

class Bench implements HostingBench {
  readonly runtime: Runtime;
  readonly clock: VirtualClock;
  readonly sagemaker: SageMakerClient;
  readonly client: SageMakerRuntimeClient;
  readonly s3: S3Client;
  readonly objects: BenchObjects;
  readonly events: ServiceEvent[];
  readonly metrics: MetricDatum[];
  readonly logLines: LogLine[];
  readonly alarms: Map<string, string>;

  constructor(runtime: Runtime, clock: VirtualClock, observed: Observed) {
    const clientConfig = {
      endpoint: runtime.endpoint,
      region: runtime.cloud.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    };
    this.runtime = runtime;
    this.clock = clock;
    this.sagemaker = new SageMakerClient(clientConfig);
    this.client = new SageMakerRuntimeClient(clientConfig);
    this.s3 = new S3Client({ ...clientConfig, forcePathStyle: true });
    this.objects = benchObjects(this.s3);
    this.events = observed.events;
    this.metrics = observed.metrics;
    this.logLines = observed.logLines;
    this.alarms = observed.alarms;
  }

  ring(alarmName: string): void {
    this.alarms.set(alarmName, 'ALARM');
    this.runtime.cloud.publish({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [],
      detail: { alarmName, state: { value: 'ALARM' } },
    });
  }

  async createConfig(
    name: string,
    script: string,
    variant: object = {},
    config: object = {},
  ): Promise<void> {
    await this.objects.put(`models/${name}.tar.gz`, modelArchive({ 'code/inference.py': script }));
    await this.sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: SKLEARN, ModelDataUrl: `s3://models/${name}.tar.gz` },
      }),
    );
    const input: CreateEndpointConfigCommandInput = {
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: name,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
          ...variant,
        },
      ],
      ...config,
    };
    await this.sagemaker.send(new CreateEndpointConfigCommand(input));
  }

  async createEndpoint(name: string, configName: string): Promise<DescribeEndpointCommandOutput> {
    await this.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: configName }),
    );
    return this.until(name, (endpoint) => endpoint.EndpointStatus !== 'Creating');
  }

  async update(
    name: string,
    configName: string,
    config?: DeploymentConfig,
    more: Partial<UpdateEndpointCommandInput> = {},
  ): Promise<void> {
    await this.sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName: name,
        EndpointConfigName: configName,
        DeploymentConfig: config,
        ...more,
      }),
    );
  }

  describe(name: string): Promise<DescribeEndpointCommandOutput> {
    return this.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  }

  async until(
    name: string,
    wanted: (endpoint: DescribeEndpointCommandOutput) => boolean,
  ): Promise<DescribeEndpointCommandOutput> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const endpoint = await this.describe(name);
      if (wanted(endpoint)) return endpoint;
      if (performance.now() > end) {
        throw new Error(`timed out; the endpoint is ${JSON.stringify(endpoint, undefined, 1)}`);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
  }

  async invoke(name: string, body: string, more: object = {}): Promise<string> {
    const answer = await this.client.send(
      new InvokeEndpointCommand({
        EndpointName: name,
        Body: Buffer.from(body),
        ContentType: 'text/csv',
        ...more,
      }),
    );
    return Buffer.from(answer.Body ?? []).toString();
  }

  async close(): Promise<void> {
    this.sagemaker.destroy();
    this.client.destroy();
    this.s3.destroy();
    await this.runtime.stop();
  }
}

/** Whether the update of the endpoint bakes at this capacity. */
export function baking(capacity: string) {
  return (endpoint: DescribeEndpointCommandOutput): boolean => {
    const [variant] = endpoint.PendingDeploymentSummary?.ProductionVariants ?? [];
    const [status] = variant?.VariantStatus ?? [];
    return status?.Status === 'Baking' && status.StatusMessage?.includes(capacity) === true;
  };
}

export function modelArchive(files: Readonly<Record<string, string>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    const block = Buffer.alloc(512);
    new Header({
      path,
      mode: 0o644,
      size: content.length,
      type: 'File',
      mtime: new Date(0),
    }).encode(block, 0);
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]));
}

function createTestSageMaker(cloud: Cloud): Service {
  const python = new PythonHost({ environmentFolder: cloud.pythonFolder, logger: cloud.logger });
  const discarded = new DiscardedFolders(join(cloud.stateFolder, 'discarded'), cloud);
  const tags = createTags(cloud.store);
  const state = { cloud, python, discarded, tags };
  const hosting = createHosting(state, spawnedPython);
  const transform = createTransformJobs(state, spawnedPython);
  return {
    name: 'sagemaker',
    ...sageMakerWords,
    ...hosting,
    operations: { ...hosting.operations, ...transform.operations },
    async start() {
      await hosting.start?.();
      await transform.start?.();
    },
    halt() {
      hosting.halt?.();
      transform.halt?.();
    },
    async stop() {
      await hosting.stop?.();
      await transform.ended?.();
    },
  };
}

/** Creates the role for models and the buckets, if they do not exist. */
async function prepareAccount(cloud: Cloud, s3: S3Client): Promise<void> {
  const owner: AccountPrincipal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  if (Buckets.length > 0) return;
  await cloud.call(owner, 'iam', 'CreateRole', {
    RoleName: 'model',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    }),
  });
  await cloud.call(owner, 'iam', 'PutRolePolicy', {
    RoleName: 'model',
    PolicyName: 'objects',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
        Resource: '*',
      },
    }),
  });
  for (const Bucket of ['models', 'captures']) await s3.send(new CreateBucketCommand({ Bucket }));
}

function benchObjects(s3: S3Client): BenchObjects {
  return {
    async put(place, Body) {
      await s3.send(new PutObjectCommand({ ...placeOf(place), Body }));
    },
    async delete(place) {
      await s3.send(new DeleteObjectCommand(placeOf(place)));
    },
    async read(place) {
      const { Body } = await s3.send(new GetObjectCommand(placeOf(place)));
      return (await Body?.transformToString()) ?? '';
    },
    async list(Bucket) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },
  };
}

/** A CloudWatch with alarms whose states the test sets, and sums of the recorded metrics. */
function createTestCloudWatch(alarms: Map<string, string>, metrics: readonly MetricDatum[]) {
  const sumOf = (query: StatisticsQuery): number | undefined => {
    const wanted = query.Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
    const found = metrics.filter(
      (datum) =>
        datum.name === query.MetricName &&
        (datum.timestamp ?? 0) >= query.StartTime.getTime() &&
        (datum.timestamp ?? 0) < query.EndTime.getTime() &&
        Object.entries(datum.dimensions)
          .map(([name, value]) => `${name}=${value}`)
          .sort()
          .join() === wanted.join(),
    );
    return found.length === 0 ? undefined : found.reduce((sum, datum) => sum + datum.value, 0);
  };
  return (): Service => ({
    name: 'cloudwatch',
    accessDenied: (message) => new AccessDeniedException(message),
    operations: {
      DescribeAlarms: {
        permissions: () => [],
        run: ({ AlarmNames }: { readonly AlarmNames: readonly string[] }) => ({
          MetricAlarms: AlarmNames.filter((name) => alarms.has(name)).map((name) => ({
            AlarmName: name,
            StateValue: alarms.get(name),
          })),
        }),
      },
      PutMetricAlarm: {
        permissions: () => [],
        run: ({ AlarmName }: { readonly AlarmName: string }) => void alarms.set(AlarmName, 'OK'),
      },
      DeleteAlarms: {
        permissions: () => [],
        run: ({ AlarmNames }: { readonly AlarmNames: readonly string[] }) => {
          for (const name of AlarmNames) alarms.delete(name);
        },
      },
      GetMetricStatistics: {
        permissions: () => [],
        run: (query: StatisticsQuery) => {
          const Sum = sumOf(query);
          return { Datapoints: Sum === undefined ? [] : [{ Sum }] };
        },
      },
    },
  });
}

interface StatisticsQuery {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly StartTime: Date;
  readonly EndTime: Date;
}

function placeOf(place: string): { readonly Bucket: string; readonly Key: string } {
  const slash = place.indexOf('/');
  return { Bucket: place.slice(0, slash), Key: place.slice(slash + 1) };
}
