import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr';
import { App, AssetStaging, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEcrService } from '../services/ecr/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { readAssembly } from './assembly.ts';
import { provision } from './provision.ts';

let runtime: TestRuntime;
let client: ECRClient;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'repositories-'));
  runtime = await startTestRuntime([createEcrService, createS3Service]);
  client = new ECRClient(runtime.clientConfig);
});

afterEach(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

let synthesized = 0;

/** Synthesizes a stack, as `cdk synth` does, and provisions it. */
async function deploy(fill: (stack: Stack) => void) {
  synthesized += 1;
  const outdir = join(folder, `cdk.out-${synthesized}`);
  const app = new App({ outdir, analyticsReporting: false });
  fill(new Stack(app, 'stack'));
  app.synth();
  return provision(runtime.cloud, readAssembly(outdir));
}

const repositories = async () =>
  (await client.send(new DescribeRepositoriesCommand({}))).repositories ?? [];

const addRepository = (stack: Stack, props: ecr.RepositoryProps) => {
  const repository = new ecr.Repository(stack, 'Images', {
    repositoryName: 'team/app',
    removalPolicy: RemovalPolicy.DESTROY,
    emptyOnDelete: true,
    ...props,
  });
  repository.grantPull(new AccountPrincipal('111111111111'));
};

const deployTagged = (properties: Readonly<Record<string, unknown>>) => {
  const Resources = { Images: { Type: 'AWS::ECR::Repository', Properties: properties } };
  const stack = { name: 'Stack', template: { Resources }, assets: [], dependencies: [] };
  return provision(runtime.cloud, { folder: '', stacks: [stack] });
};

it('creates a repository of the CDK with its settings, updates and removes it', async () => {
  await deploy((stack) =>
    addRepository(stack, {
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
      imageTagMutabilityExclusionFilters: [
        ecr.ImageTagMutabilityExclusionFilter.wildcard('cache-*'),
      ],
      lifecycleRules: [{ maxImageCount: 30 }],
    }),
  );
  const [made] = await repositories();
  const on = { repositoryName: 'team/app' };
  const { lifecyclePolicyText = '' } = await client.send(new GetLifecyclePolicyCommand(on));
  const { policyText = '' } = await client.send(new GetRepositoryPolicyCommand(on));

  expect(made).toMatchObject({
    repositoryName: 'team/app',
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'cache-*' }],
    imageScanningConfiguration: { scanOnPush: true },
  });
  expect(JSON.parse(lifecyclePolicyText)).toMatchObject({
    rules: [{ selection: { countNumber: 30 } }],
  });
  expect(policyText).toContain('ecr:BatchGetImage');

  await deploy((stack) => addRepository(stack, {}));
  expect(await repositories()).toMatchObject([
    { imageTagMutability: 'MUTABLE', imageScanningConfiguration: { scanOnPush: false } },
  ]);
  await expect(client.send(new GetLifecyclePolicyCommand(on))).rejects.toMatchObject({
    name: 'LifecyclePolicyNotFoundException',
  });

  await deploy(() => {});
  expect(await repositories()).toEqual([]);
});

it('names a repository, and tags it', async () => {
  const Properties = { Tags: [{ Key: 'team', Value: 'a' }] };
  await deployTagged(Properties);
  await deployTagged({ Tags: [{ Key: 'owner', Value: 'b' }] });

  const [repository] = await repositories();
  const { tags } = await client.send(
    new ListTagsForResourceCommand({ resourceArn: repository?.repositoryArn }),
  );
  expect(repository?.repositoryName).toMatch(/^stack-images-[0-9a-f]{12}$/);
  expect(tags).toEqual([{ Key: 'owner', Value: 'b' }]);
});

it('publishes an image of the CDK as its recipe, with the digest of its content', async () => {
  const context = join(folder, 'context');
  mkdirSync(join(context, 'app'), { recursive: true });
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY app /app\n');
  writeFileSync(join(context, 'app/main.py'), 'print(1)\n', { mode: 0o755 });
  const fill = (stack: Stack) => {
    const image = new DockerImageAsset(stack, 'Image', {
      directory: context,
      buildArgs: { A: '1' },
      target: '0',
    });
    new CfnOutput(stack, 'Uri', { value: image.imageUri });
  };
  await deploy(fill);
  await deploy(fill);
  const repositoryName = 'cdk-hnb659fds-container-assets-000000000000-us-east-1';
  const { imageDetails = [] } = await client.send(new DescribeImagesCommand({ repositoryName }));
  const [first] = imageDetails;
  const { images = [] } = await client.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: first?.imageDigest }] }),
  );
  const manifest = JSON.parse(images[0]?.imageManifest ?? '');
  const download = async (layerDigest: string) => {
    const { downloadUrl = '' } = await client.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
    );
    return new Uint8Array(await (await fetch(downloadUrl)).arrayBuffer());
  };

  expect(imageDetails).toHaveLength(1);
  expect(JSON.parse(Buffer.from(await download(manifest.config.digest)).toString())).toEqual({
    dockerfile: 'Dockerfile',
    buildArguments: { A: '1' },
    target: '0',
  });
  const files = unzipSync(await download(manifest.layers[0].digest));
  expect(Object.keys(files)).toEqual(['Dockerfile', 'app/main.py']);

  writeFileSync(join(context, 'app/main.py'), 'print(1 + 1)\n');
  AssetStaging.clearAssetHashCache();
  await deploy(fill);
  const changed = await client.send(new DescribeImagesCommand({ repositoryName }));
  expect(changed.imageDetails).toHaveLength(2);
});
