import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateModelPackageCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { App } from 'aws-cdk-lib';
import { type ConfigInput, defineConfig } from '../../definition/index.ts';
import { addStacks } from '../../infra/app.ts';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { removeFolder } from '../remove-folder.ts';
import { accounts, Environment, region } from './environment.ts';

export const FOLDER = 'runs/abalone/d1/';
export const MODEL = `${FOLDER}training/job/model.tar.gz`;
export const PREPROCESSOR = `${FOLDER}prepared/preprocessor/model.tar.gz`;
/** A run; its archives are texts, which nothing can serve. */
export const files: Readonly<Record<string, string>> = {
  [`${FOLDER}dataset/data.csv`]: 'M,0.455,15',
  [`${FOLDER}evaluation/evaluation.json`]: '{}',
  [`${FOLDER}evaluation/smoke.json`]: '[]',
  [`${FOLDER}manifest.json`]: '{}',
  [PREPROCESSOR]: 'preprocessor',
  [MODEL]: 'model',
};

const at = (name: keyof typeof accounts) => ({ account: accounts[name], region });
const image = (name: string) => `683313688378.dkr.ecr.${region}.amazonaws.com/${name}`;

/** Three environments in accounts of their own, with keys of their own, of which the first has a run. */
export interface Accounts {
  readonly dev: Environment;
  readonly staging: Environment;
  readonly prod: Environment;
  readonly stop: () => Promise<void>;
}

export async function startAccounts(handover: ConfigInput['handover']): Promise<Accounts> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-handover-'));
  const app = new App({ outdir: join(folder, 'cdk.out'), context: { console: false } });
  const config = defineConfig({
    environments: {
      dev: { ...at('dev'), encryption: 'kms', promotesTo: 'staging' },
      staging: { ...at('staging'), encryption: 'kms', promotesTo: 'prod' },
      prod: { ...at('prod'), encryption: 'kms', serving: { abalone: { instanceCount: 2 } } },
    },
    handover,
  });
  addStacks(app, [abalone], { console: true, config });
  app.synth();
  const runtime = await startRuntime({
    ephemeral: true,
    pythonFolder: '.stepmill/python',
    port: 0,
    speed: 60,
    assembly: join(folder, 'cdk.out'),
    logger: silentLogger,
  });
  const [dev, staging, prod] = (await Promise.all(
    (['dev', 'staging', 'prod'] as const).map((name) => Environment.at(runtime.endpoint, name)),
  )) as [Environment, Environment, Environment];
  for (const [Key, Body] of Object.entries(files)) {
    await dev.s3.send(new PutObjectCommand({ Bucket: dev.bucket, Key, Body }));
  }
  return { dev, staging, prod, stop: () => stop(runtime, folder) };
}

async function stop(runtime: Runtime, folder: string): Promise<void> {
  await runtime.stop();
  await removeFolder(folder);
}

async function tagOf({ s3, bucket: Bucket }: Environment, Key: string): Promise<string> {
  const { ETag = '' } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  return ETag;
}

/** As training registers a model, or with an image of the team's own. */
export async function register(
  dev: Environment,
  ownImage = image('sagemaker-xgboost:3.0-5'),
): Promise<string> {
  const uri = (key: string) => `s3://${dev.bucket}/${key}`;
  const archives = [PREPROCESSOR, MODEL].map(async (key) => `${key} ${await tagOf(dev, key)}`);
  const lines = (await Promise.all(archives)).sort();
  const { ModelPackageArn = '' } = await dev.sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: dev.names.modelPackageGroup,
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          {
            ContainerHostname: 'preprocessor',
            Image: image('sagemaker-scikit-learn:1.4-2-cpu-py3'),
            ModelDataUrl: uri(PREPROCESSOR),
          },
          {
            ContainerHostname: 'model',
            Image: ownImage,
            ModelDataUrl: uri(MODEL),
          },
        ],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
      ModelMetrics: {
        ModelQuality: {
          Statistics: {
            ContentType: 'application/json',
            S3Uri: uri(`${FOLDER}evaluation/evaluation.json`),
          },
        },
      },
      CustomerMetadataProperties: {
        datasetId: 'd1',
        folder: FOLDER,
        fingerprint: createHash('sha256').update(lines.join('\n')).digest('hex'),
        manifest: uri(`${FOLDER}manifest.json`),
        'metric.mse': '4.1',
      },
    }),
  );
  return ModelPackageArn;
}

export async function decide(
  environment: Environment,
  arn: string,
  status: 'Approved' | 'Rejected',
): Promise<void> {
  await environment.sagemaker.send(
    new UpdateModelPackageCommand({ ModelPackageArn: arn, ModelApprovalStatus: status }),
  );
}
