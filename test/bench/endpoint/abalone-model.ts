import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateModelCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import { create } from 'tar';
import { generateAbaloneSample } from '../../../projects/abalone/sample.ts';

const SCRIPTS = resolve('projects/tabular/python');
const REGISTRY = '683313688378.dkr.ecr.us-east-1.amazonaws.com';
const COLUMNS = ['length', 'diameter', 'height', 'whole', 'shucked', 'viscera', 'shell'];

/** Trains with the project's own scripts, on the synthetic sample. */
export async function trainModel(interpreter: string, folder: string): Promise<void> {
  const run = (script: string, args: readonly string[]) =>
    promisify(execFile)(interpreter, [join(SCRIPTS, script), ...args]);
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/abalone.csv'), generateAbaloneSample(1));
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      label: 'rings',
      header: false,
      delimiter: ',',
      columns: [
        { name: 'sex', type: 'category', values: ['M', 'F', 'I'] },
        ...COLUMNS.map((name) => ({ name, type: 'number' })),
        { name: 'rings', type: 'number' },
      ],
    }),
  );
  await run('preprocess.py', [
    '--manifest',
    join(folder, 'manifest.json'),
    '--data',
    join(folder, 'data'),
    '--output',
    folder,
  ]);
  await run('train.py', [
    '--train',
    join(folder, 'train'),
    '--validation',
    join(folder, 'validation'),
    '--model-dir',
    join(folder, 'booster'),
  ]);
  await mkdir(join(folder, 'first'));
  await promisify(execFile)('tar', [
    'xzf',
    join(folder, 'preprocessor/model.tar.gz'),
    '-C',
    join(folder, 'first'),
  ]);
  await create({ gzip: true, cwd: join(folder, 'booster'), file: join(folder, 'booster.tar.gz') }, [
    '.',
  ]);
}

function policy(Statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

export async function createRole(iam: IAMClient): Promise<void> {
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'model',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'model',
      PolicyName: 'models',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
        Resource: '*',
      }),
    }),
  );
}

/** Uploads what {@link trainModel} made, and creates its pipeline model. */
export async function createModel(
  folder: string,
  s3: S3Client,
  sagemaker: SageMakerClient,
): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }));
  const archives = { first: 'preprocessor/model.tar.gz', second: 'booster.tar.gz' };
  for (const [Key, file] of Object.entries(archives)) {
    const Body = await readFile(join(folder, file));
    await s3.send(new PutObjectCommand({ Bucket: 'models', Key, Body }));
  }
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: 'abalone',
      ExecutionRoleArn: 'arn:aws:iam::000000000000:role/model',
      Containers: [
        {
          Image: `${REGISTRY}/sagemaker-scikit-learn:1.9-0-cpu-py3`,
          ModelDataUrl: 's3://models/first',
        },
        { Image: `${REGISTRY}/sagemaker-xgboost:3.2-0`, ModelDataUrl: 's3://models/second' },
      ],
    }),
  );
}
