import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type ContainerDefinition,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  ListTagsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnEndpoint, CfnEndpointConfig, CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/provision/assembly.ts';
import { provision } from '../../local/provision/provision.ts';
import { createEcrService } from '../../local/services/ecr/index.ts';
import { createKmsService } from '../../local/services/kms/index.ts';
import { createLogsService } from '../../local/services/logs/index.ts';
import { createS3Service } from '../../local/services/s3/index.ts';
import { createSageMakerService } from '../../local/services/sagemaker/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';
import { publishTestImage, REGISTRY } from '../../local/testing/function-image.testing.ts';
import { modelArchive } from '../../local/testing/hosting.testing.ts';

// An app brings its own image: Flask and gunicorn, from the CDK's asset to the answer of an endpoint. The contract is
// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html. pip needs a package index once
// for each content of the image's requirements.

const TIMEOUT_MS = 300_000;

let folder: string;
let runtime: TestRuntime;
let sagemaker: SageMakerClient;
let client: SageMakerRuntimeClient;
let s3: S3Client;

const BUCKET = 'own-images';
const ROLE = 'arn:aws:iam::000000000000:role/own-images';
const REPOSITORY_NAME = 'cdk-hnb659fds-container-assets-000000000000-us-east-1';
const REPOSITORY = `${REGISTRY}/${REPOSITORY_NAME}`;
/** The image of the app, as its template names it. */
let image: string;

const PYTHON_FOLDER = process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python';

function addBasics(stack: Stack): void {
  const bucket = new Bucket(stack, 'Data', {
    bucketName: BUCKET,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, 'Role', {
    roleName: 'own-images',
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
  });
  bucket.grantReadWrite(role);
  const asset = new DockerImageAsset(stack, 'Image', {
    directory: resolve('test/images/flask-model'),
  });
  asset.repository.grantPull(role);
  image = `${REPOSITORY}:${asset.imageTag}`;
}

/** Creates a model, and an endpoint config and an endpoint of its name. */
async function createEndpoint(name: string, container: ContainerDefinition, count = 1) {
  await createModel(name, container);
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          ModelName: name,
          VariantName: 'AllTraffic',
          InitialInstanceCount: count,
          InstanceType: 'ml.m5.large',
        },
      ],
    }),
  );
  const EndpointName = name;
  await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: name }));
  return settled(
    () => sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
    ({ EndpointStatus }) => EndpointStatus,
  );
}

const createModel = (ModelName: string, PrimaryContainer: ContainerDefinition) =>
  sagemaker.send(new CreateModelCommand({ ModelName, ExecutionRoleArn: ROLE, PrimaryContainer }));

let synthesized = 0;

async function deploy(fill: (stack: Stack) => void): Promise<void> {
  synthesized += 1;
  const outdir = join(folder, `cdk.out-${synthesized}`);
  const app = new App({ outdir, analyticsReporting: false });
  fill(new Stack(app, 'own'));
  app.synth();
  await provision(runtime.cloud, readAssembly(outdir));
}

async function put(Key: string, Body: string | Uint8Array): Promise<string> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  return `s3://${BUCKET}/${Key}`;
}

async function read(Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return (await Body?.transformToString()) ?? '';
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'own-images-'));
  runtime = await startTestRuntime(
    [
      createEcrService,
      createKmsService,
      createLogsService,
      createS3Service,
      createSageMakerService,
    ],
    { containers: 'process', pythonFolder: PYTHON_FOLDER },
  );
  sagemaker = new SageMakerClient(runtime.clientConfig);
  client = new SageMakerRuntimeClient(runtime.clientConfig);
  s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await deploy(addBasics);
  await put('model.tar.gz', modelArchive({ 'model.json': '{"mean": 10, "scale": 2}' }));
}, TIMEOUT_MS);

afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function invoke(
  body: string,
  ContentType = 'text/csv',
  EndpointName = 'own',
): Promise<string> {
  const { Body } = await client.send(
    new InvokeEndpointCommand({ EndpointName, Body: Buffer.from(body), ContentType }),
  );
  return Buffer.from(Body ?? []).toString();
}

/** Polls until it has ended. */
async function settled<Description>(
  describe: () => Promise<Description>,
  statusOf: (description: Description) => string | undefined,
): Promise<Description> {
  let last = await describe();
  await expect
    .poll(
      async () => {
        last = await describe();
        return statusOf(last);
      },
      { timeout: 120_000, interval: 100 },
    )
    .not.toMatch(/^(?:InProgress|Creating)$/);
  return last;
}

describe('an endpoint of an image that the app brings', () => {
  it(
    'answers as its server does, on two instances',
    async () => {
      const container = { Image: image, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` };
      const { EndpointStatus, FailureReason, ProductionVariants } = await createEndpoint(
        'own',
        container,
        2,
      );

      expect([EndpointStatus, FailureReason]).toEqual(['InService', undefined]);
      expect(ProductionVariants?.[0]?.DeployedImages).toMatchObject([
        {
          SpecifiedImage: image,
          ResolvedImage: expect.stringMatching(/@sha256:[0-9a-f]{64}$/),
        },
      ]);
      expect(await Promise.all([invoke('1,2'), invoke('3'), invoke('0\n1')])).toEqual([
        '16.0\n',
        '16.0\n',
        '10.0\n12.0\n',
      ]);
    },
    TIMEOUT_MS,
  );

  it('gives the status and words of an answer that is an error', async () => {
    await expect(invoke('a,b')).rejects.toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining('A row has a field that is not a number'),
    });
    await expect(invoke('{}', 'application/json')).rejects.toMatchObject({
      OriginalStatusCode: 415,
    });
  });
});

/** Adds an endpoint as a template has it. */
const hosting = (count: number) => (stack: Stack) => {
  addBasics(stack);
  const model = new CfnModel(stack, 'Model', {
    executionRoleArn: ROLE,
    primaryContainer: { image, modelDataUrl: `s3://${BUCKET}/model.tar.gz` },
  });
  const config = new CfnEndpointConfig(stack, 'Config', {
    productionVariants: [
      {
        modelName: model.attrModelName,
        variantName: 'AllTraffic',
        initialInstanceCount: count,
        initialVariantWeight: 1,
        instanceType: 'ml.m5.large',
      },
    ],
  });
  const endpoint = new CfnEndpoint(stack, 'Endpoint', {
    endpointName: 'templated',
    endpointConfigName: config.attrEndpointConfigName,
    tags: [{ key: `of-${count}`, value: 'yes' }],
  });
  endpoint.addDependency(config);
};
const describeEndpoint = () =>
  sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'templated' }));

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-endpoint.html */
describe('a template with a model, an endpoint config and an endpoint', () => {
  it(
    'serves once it is deployed, keeps the endpoint in an update, and goes with the resources',
    async () => {
      await deploy(hosting(1));
      const before = await describeEndpoint();
      const answer = await invoke('1,2', 'text/csv', 'templated');
      await deploy(hosting(2));
      const after = await describeEndpoint();
      const { Tags: tags } = await sagemaker.send(
        new ListTagsCommand({ ResourceArn: after.EndpointArn }),
      );
      const { EndpointConfigs: configs = [] } = await sagemaker.send(
        new ListEndpointConfigsCommand({ NameContains: 'own-Config' }),
      );
      await deploy(addBasics);

      expect(tags).toEqual([{ Key: 'of-2', Value: 'yes' }]);
      expect(answer).toBe('16.0\n');
      expect(before.EndpointStatus).toBe('InService');
      expect(after).toMatchObject({
        CreationTime: before.CreationTime,
        EndpointStatus: 'InService',
        ProductionVariants: [{ CurrentInstanceCount: 2 }],
      });
      expect(configs.map(({ EndpointConfigName }) => EndpointConfigName)).toEqual([
        after.EndpointConfigName,
      ]);
      expect(after.EndpointConfigName).not.toBe(before.EndpointConfigName);
      await expect(describeEndpoint()).rejects.toThrow('Could not find endpoint');
      const { Models: models = [] } = await sagemaker.send(
        new ListModelsCommand({ NameContains: 'own-Model' }),
      );
      expect(models).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

const resources = { InstanceType: 'ml.m5.large', InstanceCount: 1 } as const;
const cluster = { ...resources, VolumeSizeInGB: 1 };

describe('a job in an image that the app brings', () => {
  it(
    'trains with the command train, and its model is served',
    async () => {
      await put('rows/train.csv', '1,a\n2,b\n6,c\n');
      const train = (TrainingJobName: string, S3Uri: string) =>
        sagemaker.send(
          new CreateTrainingJobCommand({
            TrainingJobName,
            RoleArn: ROLE,
            AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
            HyperParameters: { scale: '0.5' },
            InputDataConfig: [
              {
                ChannelName: 'train',
                DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri } },
              },
            ],
            OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out` },
            ResourceConfig: cluster,
            StoppingCondition: { MaxRuntimeInSeconds: 600 },
          }),
        );
      const ended = (TrainingJobName: string) =>
        settled(
          () => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
          ({ TrainingJobStatus }) => TrainingJobStatus,
        );
      await put('empty/train.csv', '');
      await train('own-train', `s3://${BUCKET}/rows/`);
      await train('own-empty', `s3://${BUCKET}/empty/`);
      const trained = await ended('own-train');

      expect([trained.TrainingJobStatus, trained.FailureReason]).toEqual(['Completed', undefined]);
      expect((await ended('own-empty')).FailureReason).toBe(
        'AlgorithmError: The channel train holds no rows., exit code: 1',
      );
      await createModel('trained', {
        Image: image,
        ModelDataUrl: trained.ModelArtifacts?.S3ModelArtifacts,
      });
      await put('batch/rows.csv', '2,2\n4\n');
      await sagemaker.send(
        new CreateTransformJobCommand({
          TransformJobName: 'own-transform',
          ModelName: 'trained',
          TransformInput: {
            ContentType: 'text/csv',
            SplitType: 'Line',
            DataSource: {
              S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/batch/` },
            },
          },
          TransformOutput: { S3OutputPath: `s3://${BUCKET}/scores`, AssembleWith: 'Line' },
          TransformResources: resources,
        }),
      );
      const scored = await settled(
        () =>
          sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: 'own-transform' })),
        ({ TransformJobStatus }) => TransformJobStatus,
      );

      expect([scored.TransformJobStatus, scored.FailureReason]).toEqual(['Completed', undefined]);
      // The mean of the label is 3.
      expect((await read('scores/rows.csv.out')).trim().split(/\n+/)).toEqual(['5.0', '5.0']);
    },
    TIMEOUT_MS,
  );

  it(
    'processes with another entry point and its arguments',
    async () => {
      await put('rows/train.csv', '1,a\n2,b\n6,c\n');
      const program =
        'import pathlib, sys; rows = pathlib.Path("/opt/ml/processing/input/train.csv").read_text(); pathlib.Path("/opt/ml/processing/output/" + sys.argv[1]).write_text(rows.upper())';
      await sagemaker.send(
        new CreateProcessingJobCommand({
          ProcessingJobName: 'own-processing',
          RoleArn: ROLE,
          AppSpecification: {
            ImageUri: image,
            ContainerEntrypoint: ['python3', '-c', program],
            ContainerArguments: ['upper.csv'],
          },
          ProcessingInputs: [
            {
              InputName: 'rows',
              S3Input: {
                S3Uri: `s3://${BUCKET}/rows/`,
                LocalPath: '/opt/ml/processing/input',
                S3DataType: 'S3Prefix',
                S3InputMode: 'File',
              },
            },
          ],
          ProcessingOutputConfig: {
            Outputs: [
              {
                OutputName: 'upper',
                S3Output: {
                  S3Uri: `s3://${BUCKET}/processed`,
                  LocalPath: '/opt/ml/processing/output',
                  S3UploadMode: 'EndOfJob',
                },
              },
            ],
          },
          ProcessingResources: { ClusterConfig: cluster },
        }),
      );
      const processed = await settled(
        () =>
          sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: 'own-processing' })),
        ({ ProcessingJobStatus }) => ProcessingJobStatus,
      );

      expect([processed.ProcessingJobStatus, processed.FailureReason]).toEqual([
        'Completed',
        undefined,
      ]);
      expect(await read('processed/upper.csv')).toBe('1,A\n2,B\n6,C\n');
    },
    TIMEOUT_MS,
  );
});

describe('an image that cannot serve', () => {
  it(
    'fails its endpoint with AWS’s reason and its last lines',
    async () => {
      const Image = await publishTestImage(
        runtime.cloud,
        { repositoryName: REPOSITORY_NAME, imageTag: 'exits' },
        { Dockerfile: 'FROM python:3.12\nENTRYPOINT ["python3", "-c", "exit(\'no model\')"]\n' },
      );
      const { EndpointStatus, FailureReason } = await createEndpoint('exits', { Image });

      expect(EndpointStatus).toBe('Failed');
      expect(FailureReason).toMatch(
        /^The primary container for production variant AllTraffic did not pass the ping health check\. .*exit code 1; its last lines: no model/,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'names the line of its Dockerfile, the base, or what pip said',
    async () => {
      const failing: readonly (readonly [tag: string, dockerfile: string, reason: RegExp])[] = [
        ['base', 'FROM nginx:1.27\n', /nginx/],
        ['system', 'FROM python:3.12\nRUN apt-get install -y gcc\n', /line 2: RUN apt-get/],
        ['pip', 'FROM python:3.12\nRUN pip install numpy==0.0.1\n', /numpy==0\.0\.1/],
      ];
      for (const [imageTag, Dockerfile, reason] of failing) {
        const Image = await publishTestImage(
          runtime.cloud,
          { repositoryName: REPOSITORY_NAME, imageTag },
          { Dockerfile },
        );
        const { EndpointStatus, FailureReason } = await createEndpoint(imageTag, { Image });

        expect(EndpointStatus).toBe('Failed');
        expect(FailureReason).toMatch(
          /^Please make sure all images included in the model for the production variant AllTraffic exist/,
        );
        expect(FailureReason).toMatch(reason);
      }
    },
    TIMEOUT_MS,
  );

  it('is not made a model where it is not in ECR', async () => {
    const Image = `${REPOSITORY}:missing`;

    await expect(createModel('missing', { Image })).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Requested image ${Image} not found.`,
    });
  });
});
