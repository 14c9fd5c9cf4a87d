import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { zipSync } from 'fflate';
import { type Template, type Unsupported, withoutUnsupported } from './template.ts';

const REGION = 'us-east-1';
const STACK_NAME = 'stepmill-witness';
const DEPLOY_LIMIT_MS = 150_000;
const POLL_MS = 200;

/** The result of a deployment: the status of the stack and of each resource, and the reasons of failures. */
export interface Deployment {
  readonly status: string;
  readonly failures: readonly string[];
  /** By logical id. */
  readonly resources: Readonly<Record<string, string>>;
}

interface AssetManifest {
  readonly files: Readonly<Record<string, FileAsset>>;
}

interface FileAsset {
  readonly source: { readonly path: string; readonly packaging: 'file' | 'zip' };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

/** Publishes a stack's assets to an emulator and creates the stack there, as `cdk deploy` does. */
export async function deploy(
  endpoint: string,
  assembly: string,
  stack: string,
  unsupported: readonly Unsupported[],
): Promise<Deployment> {
  const client = {
    endpoint,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: 'w', secretAccessKey: 'w' },
  };
  const { Account = '' } = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  const bucket = `cdk-hnb659fds-assets-${Account}-${REGION}`;
  await bootstrap(client, bucket);
  const templateKey = await publish(client, bucket, assembly, stack, unsupported);
  const cloudFormation = new CloudFormationClient(client);
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: STACK_NAME,
      TemplateURL: `${endpoint}/${bucket}/${templateKey}`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  return describe(cloudFormation, await ended(cloudFormation));
}

export function readTemplate(assembly: string, stack: string): Template {
  return JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8')) as Template;
}

/** Creates the resources of `cdk bootstrap` that a deployment uses. */
async function bootstrap(client: object, bucket: string): Promise<void> {
  await new S3Client({ ...client, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: bucket }),
  );
  await new SSMClient(client).send(
    new PutParameterCommand({
      Name: '/cdk-bootstrap/hnb659fds/version',
      Value: '30',
      Type: 'String',
    }),
  );
}

/** @returns the key of the template */
async function publish(
  client: object,
  bucket: string,
  assembly: string,
  stack: string,
  unsupported: readonly Unsupported[],
): Promise<string> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const manifest = JSON.parse(
    readFileSync(join(assembly, `${stack}.assets.json`), 'utf8'),
  ) as AssetManifest;
  let templateKey = '';
  for (const { source, destinations } of Object.values(manifest.files)) {
    const isTemplate = source.path === `${stack}.template.json`;
    const body = isTemplate
      ? JSON.stringify(withoutUnsupported(readTemplate(assembly, stack), unsupported))
      : await pack(join(assembly, source.path), source.packaging);
    for (const { objectKey } of Object.values(destinations)) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: objectKey, Body: body }));
      if (isTemplate) templateKey = objectKey;
    }
  }
  return templateKey;
}

async function pack(path: string, packaging: 'file' | 'zip'): Promise<Uint8Array> {
  if (packaging === 'file') return readFile(path);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        return [relative(path, file), new Uint8Array(await readFile(file))] as const;
      }),
  );
  return zipSync(Object.fromEntries(files), { level: 1 });
}

async function ended(cloudFormation: CloudFormationClient): Promise<string> {
  const deadline = Date.now() + DEPLOY_LIMIT_MS;
  for (;;) {
    const { Stacks } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: STACK_NAME }),
    );
    const status = Stacks?.[0]?.StackStatus ?? 'MISSING';
    if (!status.endsWith('_IN_PROGRESS')) return status;
    if (Date.now() > deadline) return `${status} after ${DEPLOY_LIMIT_MS} ms`;
    await sleep(POLL_MS);
  }
}

async function describe(cloudFormation: CloudFormationClient, status: string): Promise<Deployment> {
  const resources: Record<string, string> = {};
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName: STACK_NAME });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const { LogicalResourceId = '', ResourceStatus = '' } of StackResourceSummaries) {
      resources[LogicalResourceId] = ResourceStatus;
    }
  }
  const { StackEvents = [] } = await cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: STACK_NAME }),
  );
  const failures = StackEvents.filter((event) => event.ResourceStatus?.endsWith('FAILED')).map(
    (event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason ?? ''}`,
  );
  return { status, failures, resources };
}
