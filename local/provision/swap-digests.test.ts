import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cloud } from '../cloud/cloud.ts';
import { createIamService } from '../services/iam/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';
import { stackTable } from './stack-record.ts';
import { type DigestSwap, swapDigests } from './swap-digests.ts';
import type { FileAsset, Stack } from './template.ts';

const FORMER = 'a'.repeat(64);
const CURRENT = 'b'.repeat(64);
const FACTORIES = [
  createIamService,
  createLambdaService,
  createS3Service,
  createStepFunctionsService,
  createStsService,
];

let folder: string;
let runtimes: TestRuntime[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-swap-'));
});

afterEach(async () => {
  for (const runtime of runtimes) await runtime.stop();
  runtimes = [];
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Cloud> {
  const runtime = await startTestRuntime(FACTORIES);
  runtimes.push(runtime);
  return runtime.cloud;
}

function assetOf(digest: string): FileAsset {
  mkdirSync(join(folder, digest), { recursive: true });
  writeFileSync(join(folder, digest, 'index.js'), `exports.handler = () => '${digest}';`);
  return {
    id: digest,
    path: join(folder, digest),
    packaging: 'zip',
    bucketName: 'assets',
    objectKey: `${digest}.zip`,
  };
}

const definition = (digest: string) =>
  JSON.stringify({ StartAt: 'S', States: { S: { Type: 'Pass', Result: digest, End: true } } });

const trust = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    },
  ],
};

function stackOf(digest: string, others: Stack['template']['Resources'] = {}): Stack {
  const RoleArn = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const template = {
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'read',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: 's3:GetObject',
                Resource: `arn:aws:s3:::assets/${digest}.zip`,
              },
            ],
          },
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Role: RoleArn,
          Code: { S3Bucket: 'assets', S3Key: `${digest}.zip` },
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { DefinitionString: definition(digest), RoleArn },
      },
      ...others,
    },
  };
  return { name: 'stack', template, assets: [assetOf(digest)], dependencies: [] };
}

function swapTo(digest: string): DigestSwap {
  return { stacks: { stack: [[FORMER, digest]] }, assets: [assetOf(digest)] };
}

/** All but times and random ids. */
function contentOf(cloud: Cloud): unknown {
  const {
    stackId: _id,
    createdAt: _created,
    updatedAt: _updated,
    resources = [],
    ...rest
  } = { ...stackTable(cloud).get('stack') };
  return {
    ...rest,
    resources: resources.map(({ appliedAt: _applied, attributes, ...each }) => {
      const { RoleId: _roleId, StateMachineRevisionId: _revision, ...others } = attributes;
      return { ...each, attributes: others };
    }),
  };
}

function attributesOf(cloud: Cloud, logicalId: string): Readonly<Record<string, unknown>> {
  const resources = stackTable(cloud).get('stack')?.resources ?? [];
  return resources.find((resource) => resource.logicalId === logicalId)?.attributes ?? {};
}

/** What runs, which the attributes of the stack name. */
async function runsOf(cloud: Cloud): Promise<unknown> {
  const account = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` } as const;
  const ids = new Map(
    stackTable(cloud)
      .get('stack')
      ?.resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]),
  );
  const { CodeSha256 } = await cloud.call<{ CodeSha256: string }>(
    account,
    'lambda',
    'GetFunctionConfiguration',
    { FunctionName: ids.get('Function') },
  );
  const machine = await cloud.call<{ definition: string; revisionId?: string }>(
    account,
    'stepfunctions',
    'DescribeStateMachine',
    { stateMachineArn: ids.get('Machine') },
  );
  expect(attributesOf(cloud, 'Machine')['StateMachineRevisionId']).toBe(
    // AWS's word before the first update.
    machine.revisionId ?? 'INITIAL',
  );
  return [CodeSha256, machine.definition];
}

it('leaves, with the update that follows, what an update alone leaves', async () => {
  const [swapped, updated] = [await start(), await start()];
  for (const cloud of [swapped, updated]) {
    await provision(cloud, { folder: '', stacks: [stackOf(FORMER)] });
  }

  const former = await runsOf(swapped);

  const counts = await swapDigests(swapped, swapTo(CURRENT));
  const current = await runsOf(swapped);
  const after = await provision(swapped, { folder: '', stacks: [stackOf(CURRENT)] });
  await provision(updated, { folder: '', stacks: [stackOf(CURRENT)] });

  expect(counts).toEqual({ stack: 3 });
  expect(current).not.toEqual(former);
  expect(after).toMatchObject({ stacks: [{ updated: 0, unchanged: 4 }] });
  expect(contentOf(swapped)).toEqual(contentOf(updated));
  expect(await runsOf(swapped)).toEqual(await runsOf(updated));
});

it('leaves the configuration of a function as it is, like CloudFormation', async () => {
  const cloud = await start();
  await provision(cloud, { folder: '', stacks: [stackOf(FORMER)] });
  const account = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` } as const;
  const FunctionName = stackTable(cloud)
    .get('stack')
    ?.resources.find(({ logicalId }) => logicalId === 'Function')?.physicalId;
  const change = { FunctionName, Timeout: 9 };
  await cloud.call(account, 'lambda', 'UpdateFunctionConfiguration', change);

  await swapDigests(cloud, swapTo(CURRENT));

  const current = await cloud.call(account, 'lambda', 'GetFunctionConfiguration', { FunctionName });
  expect(current).toMatchObject({ Timeout: 9 });
});

it('is taken back by an update to the former template', async () => {
  const cloud = await start();
  await provision(cloud, { folder: '', stacks: [stackOf(FORMER)] });
  await swapDigests(cloud, swapTo(CURRENT));

  const after = await provision(cloud, { folder: '', stacks: [stackOf(FORMER)] });

  expect(after).toMatchObject({ stacks: [{ updated: 3, unchanged: 1 }] });
});

it('that fails leaves resources that the next update applies', async () => {
  const cloud = await start();
  await provision(cloud, { folder: '', stacks: [stackOf(FORMER)] });

  // The function finds no code.
  await expect(swapDigests(cloud, { ...swapTo(CURRENT), assets: [] })).rejects.toThrow('GetObject');

  const after = await provision(cloud, { folder: '', stacks: [stackOf(FORMER)] });
  expect(after).toMatchObject({ stacks: [{ updated: 3, unchanged: 1 }] });
});

it('does nothing if a resource of another type names the asset', async () => {
  const cloud = await start();

  const Properties = { BucketName: 'bucket', Tags: [{ Key: 'asset', Value: FORMER }] };
  const Bucket = { Type: 'AWS::S3::Bucket', Properties };
  await provision(cloud, { folder: '', stacks: [stackOf(FORMER, { Bucket })] });
  const former = stackTable(cloud).get('stack');

  expect(await swapDigests(cloud, swapTo(CURRENT))).toBeUndefined();
  expect(stackTable(cloud).get('stack')).toEqual(former);
});
