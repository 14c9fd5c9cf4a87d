import { gzipSync } from 'node:zlib';
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
import { type Clock, createVirtualClock, type VirtualClock } from '../../../clock.ts';
import type { Cloud } from '../../../cloud.ts';
import { PythonHost } from '../../../jobs/index.ts';
import { spawnedPython } from '../../../jobs/serving/spawned-python.ts';
import type { LogLine, MetricDatum, Service, ServiceEvent } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing.ts';
import { AccessDeniedException } from '../errors.ts';
import { createTags } from '../tags.ts';
import { createHosting } from './index.ts';

/** Test support: hosting over the wire, with models of plain Python and doors to what it tells others. */
export interface HostingBench {
  readonly runtime: TestRuntime;
  readonly clock: VirtualClock;
  readonly sagemaker: SageMakerClient;
  readonly client: SageMakerRuntimeClient;
  readonly events: ServiceEvent[];
  readonly metrics: MetricDatum[];
  readonly logLines: LogLine[];
  readonly objects: Map<string, Uint8Array>;
  /** The states of the alarms there are. */
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
  /** Waits in real time until the endpoint is as wanted. */
  until(
    name: string,
    wanted: (endpoint: DescribeEndpointCommandOutput) => boolean,
  ): Promise<DescribeEndpointCommandOutput>;
  invoke(name: string, body: string, more?: object): Promise<string>;
  close(): Promise<void>;
}

export const SKLEARN =
  '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
export const ROLE = 'arn:aws:iam::000000000000:role/model';

/** A model that answers with its own name. */
export function namedModel(name: string): string {
  return `
def model_fn(model_dir): return "${name}"
def transform_fn(model, data, content_type, accept): return model, "text/plain"
`;
}

export async function startHostingBench(
  options: { readonly runtime?: TestRuntime; readonly clock?: Clock } = {},
): Promise<HostingBench> {
  const clock = createVirtualClock();
  const events: ServiceEvent[] = [];
  const metrics: MetricDatum[] = [];
  const logLines: LogLine[] = [];
  const objects = new Map<string, Uint8Array>();
  const alarms = new Map<string, string>();
  const observer = (): Service => ({
    name: 'logs',
    operations: {},
    accessDenied: (message) => new AccessDeniedException(message),
    onEvent: (event) => void events.push(event),
    onMetric: (datum) => void metrics.push(datum),
    onLogLine: (line) => void logLines.push(line),
  });
  const runtime = await startTestRuntime(
    [createTestSageMaker, createTestS3(objects), createTestCloudWatch(alarms), observer],
    { clock: options.clock ?? clock },
  );
  const sagemaker = new SageMakerClient(runtime.clientConfig);
  const client = new SageMakerRuntimeClient(runtime.clientConfig);

  const bench: HostingBench = {
    runtime,
    clock,
    sagemaker,
    client,
    events,
    metrics,
    logLines,
    objects,
    alarms,
    ring(alarmName) {
      alarms.set(alarmName, 'ALARM');
      runtime.cloud.publish({
        source: 'aws.cloudwatch',
        'detail-type': 'CloudWatch Alarm State Change',
        resources: [],
        detail: { alarmName, state: { value: 'ALARM' } },
      });
    },
    async createConfig(name, script, variant = {}, config = {}) {
      objects.set(`models/${name}.tar.gz`, modelArchive({ 'code/inference.py': script }));
      await sagemaker.send(
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
      await sagemaker.send(new CreateEndpointConfigCommand(input));
    },
    async createEndpoint(name, configName) {
      await sagemaker.send(
        new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: configName }),
      );
      return bench.until(name, (endpoint) => endpoint.EndpointStatus !== 'Creating');
    },
    async update(name, configName, config, more = {}) {
      await sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName: name,
          EndpointConfigName: configName,
          DeploymentConfig: config,
          ...more,
        }),
      );
    },
    describe: (name) => sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
    async until(name, wanted) {
      const end = performance.now() + 15_000;
      for (;;) {
        const endpoint = await bench.describe(name);
        if (wanted(endpoint)) return endpoint;
        if (performance.now() > end) {
          throw new Error(
            `waited in vain; the endpoint is ${JSON.stringify(endpoint, undefined, 1)}`,
          );
        }
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
      }
    },
    async invoke(name, body, more = {}) {
      const answer = await client.send(
        new InvokeEndpointCommand({
          EndpointName: name,
          Body: Buffer.from(body),
          ContentType: 'text/csv',
          ...more,
        }),
      );
      return Buffer.from(answer.Body ?? []).toString();
    },
    async close() {
      sagemaker.destroy();
      client.destroy();
      await runtime.stop();
    },
  };
  return bench;
}

/** Whether the endpoint bakes in this step of its update. */
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
  const hosting = createHosting({ cloud, python, tags: createTags(cloud.store) }, spawnedPython);
  return {
    name: 'sagemaker',
    accessDenied: (message) => new AccessDeniedException(message),
    ...hosting,
  };
}

/** Objects by `bucket/key`; hosting only reads and writes whole ones. */
function createTestS3(objects: Map<string, Uint8Array>) {
  interface Place {
    readonly Bucket: string;
    readonly Key: string;
    readonly Body?: Uint8Array;
  }
  const read = ({ Bucket, Key }: Place) => {
    const body = objects.get(`${Bucket}/${Key}`);
    if (body === undefined)
      throw new ServiceError('NoSuchKey', 'The specified key does not exist.');
    return { Body: body };
  };
  return (): Service => ({
    name: 's3',
    accessDenied: (message) => new AccessDeniedException(message),
    operations: {
      HeadObject: { permissions: () => [], run: read },
      GetObject: { permissions: () => [], run: read },
      PutObject: {
        permissions: () => [],
        run: ({ Bucket, Key, Body = new Uint8Array() }: Place) => {
          objects.set(`${Bucket}/${Key}`, Body);
          return {};
        },
      },
    },
  });
}

function createTestCloudWatch(alarms: Map<string, string>) {
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
    },
  });
}
