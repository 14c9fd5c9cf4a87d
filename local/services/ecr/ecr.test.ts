import { createHash } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createEcrService } from './index.ts';

let runtime: TestRuntime;
let ecr: ECRClient;

beforeEach(async () => {
  runtime = await startTestRuntime([createEcrService]);
  ecr = new ECRClient({ ...runtime.clientConfig, maxAttempts: 1 });
});

afterEach(() => runtime.stop());

const NAME = 'team/app';
const REGISTRY = '000000000000';
const on = { repositoryName: NAME };

const create = (input: Partial<CreateRepositoryCommandInput> = {}) =>
  ecr.send(new CreateRepositoryCommand({ ...on, ...input }));

const digestOf = (content: string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function upload(content: string, repositoryName = NAME): Promise<string> {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  const layerPartBlob = Buffer.from(content);
  const partLastByte = layerPartBlob.byteLength - 1;
  await ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      layerPartBlob,
      partFirstByte: 0,
      partLastByte,
    }),
  );
  const layerDigests = [digestOf(content)];
  await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
  return digestOf(content);
}

const OCI = 'application/vnd.oci.image.manifest.v1+json';

function manifestOf(content: string): string {
  const size = content.length;
  const descriptor = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(content),
    size,
  };
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI,
    config: descriptor,
    layers: [{ ...descriptor, mediaType: 'x' }],
  });
}

async function push(content: string, imageTag?: string): Promise<string> {
  await upload(content).catch(() => {});
  const { image } = await ecr.send(
    new PutImageCommand({ ...on, imageManifest: manifestOf(content), imageTag }),
  );
  return image?.imageId?.imageDigest ?? '';
}

const tags = async () => {
  const { imageIds = [] } = await ecr.send(new ListImagesCommand(on));
  return imageIds.map(({ imageDigest, imageTag }) => [imageTag, imageDigest]);
};

const remove = async (...imageIds: readonly object[]) =>
  (await ecr.send(new BatchDeleteImageCommand({ ...on, imageIds: [...imageIds] }))).imageIds;

describe('a repository', () => {
  it('has the settings that it was created with, or those of AWS', async () => {
    const { repository } = await create();
    const filter = { filterType: 'WILDCARD' as const, filter: 'cache-*' };
    const other = await create({
      repositoryName: 'bb',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [filter],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'key' },
    });

    expect(repository).toEqual({
      repositoryArn: `arn:aws:ecr:us-east-1:${REGISTRY}:repository/${NAME}`,
      registryId: REGISTRY,
      repositoryName: NAME,
      repositoryUri: `${REGISTRY}.dkr.ecr.us-east-1.amazonaws.com/${NAME}`,
      createdAt: expect.any(Date),
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect(other.repository).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [filter],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'key' },
    });
  });

  it('is refused twice, and with exclusions that do not fit', async () => {
    await create();

    await expect(create()).rejects.toMatchObject({
      name: 'RepositoryAlreadyExistsException',
      message: `The repository with name '${NAME}' already exists in the registry with id '${REGISTRY}'`,
    });
    await expect(
      create({ repositoryName: 'bb', imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(create({ repositoryName: 'Upper' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('is listed by pages and by name, and deleted when it is empty or by force', async () => {
    for (const repositoryName of ['aa', 'bb', NAME]) await create({ repositoryName });
    const first = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 2 }));
    const second = await ecr.send(new DescribeRepositoriesCommand({ nextToken: first.nextToken }));
    await push('one');

    const names = [first, second].map(({ repositories = [] }) =>
      repositories.map(({ repositoryName }) => repositoryName),
    );
    expect(names).toEqual([['aa', 'bb'], [NAME]]);
    await expect(
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['missing'] })),
    ).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
      message: `The repository with name 'missing' does not exist in the registry with id '${REGISTRY}'`,
    });
    await expect(ecr.send(new DeleteRepositoryCommand(on))).rejects.toMatchObject({
      name: 'RepositoryNotEmptyException',
      message: `The repository with name '${NAME}' in registry with id '${REGISTRY}' cannot be deleted because it still contains images`,
    });
    await ecr.send(new DeleteRepositoryCommand({ ...on, force: true }));
    await create();
    expect(await tags()).toEqual([]);
  });

  it('changes its settings, policies and tags', async () => {
    const { repository } = await create({ tags: [{ Key: 'a', Value: '1' }] });
    const resourceArn = repository?.repositoryArn ?? '';
    await ecr.send(new PutImageTagMutabilityCommand({ ...on, imageTagMutability: 'IMMUTABLE' }));
    await ecr.send(
      new PutImageScanningConfigurationCommand({
        ...on,
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
    await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'b', Value: '2' }] }));
    await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    const lifecyclePolicyText = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 30 },
          action: { type: 'expire' },
        },
      ],
    });
    const policyText = '{"Version":"2012-10-17","Statement":[]}';
    await ecr.send(new PutLifecyclePolicyCommand({ ...on, lifecyclePolicyText }));
    await ecr.send(new SetRepositoryPolicyCommand({ ...on, policyText }));

    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toMatchObject([
      { imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true } },
    ]);
    expect((await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { Key: 'b', Value: '2' },
    ]);
    expect((await ecr.send(new GetLifecyclePolicyCommand(on))).lifecyclePolicyText).toBe(
      lifecyclePolicyText,
    );
    expect((await ecr.send(new GetRepositoryPolicyCommand(on))).policyText).toBe(policyText);
    await ecr.send(new DeleteLifecyclePolicyCommand(on));
    await expect(ecr.send(new GetLifecyclePolicyCommand(on))).rejects.toMatchObject({
      name: 'LifecyclePolicyNotFoundException',
      message: `Lifecycle policy does not exist for the repository with name '${NAME}' in the registry with id '${REGISTRY}'`,
    });
    await expect(
      ecr.send(new SetRepositoryPolicyCommand({ ...on, policyText: 'no' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('an image', () => {
  it('has the digest of its manifest, tags, its size and its manifest as pushed', async () => {
    await create();
    const digest = await push('one', 'v1');
    await push('one', 'v2');

    const { imageDetails } = await ecr.send(new DescribeImagesCommand(on));
    const { images } = await ecr.send(
      new BatchGetImageCommand({ ...on, imageIds: [{ imageTag: 'v2' }] }),
    );

    expect(digest).toBe(digestOf(manifestOf('one')));
    expect(imageDetails).toEqual([
      {
        registryId: REGISTRY,
        repositoryName: NAME,
        imageDigest: digest,
        imageTags: ['v1', 'v2'],
        imageSizeInBytes: 6,
        imagePushedAt: expect.any(Date),
        imageManifestMediaType: OCI,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      },
    ]);
    expect(images).toEqual([
      {
        registryId: REGISTRY,
        repositoryName: NAME,
        imageId: { imageDigest: digest, imageTag: 'v2' },
        imageManifest: manifestOf('one'),
        imageManifestMediaType: OCI,
      },
    ]);
  });

  it('keeps its digest when its tag moves, unless the tag is immutable', async () => {
    await create();
    const one = await push('one', 'live');
    const two = await push('two', 'live');

    expect(await tags()).toEqual(
      expect.arrayContaining([
        [undefined, one],
        ['live', two],
      ]),
    );
    await ecr.send(new PutImageTagMutabilityCommand({ ...on, imageTagMutability: 'IMMUTABLE' }));
    // Neither to another image, nor once more to its own: https://github.com/aws/containers-roadmap/issues/2179
    for (const content of ['three', 'two']) {
      await expect(push(content, 'live')).rejects.toMatchObject({
        name: 'ImageTagAlreadyExistsException',
        message: `The image tag 'live' already exists in the '${NAME}' repository and cannot be overwritten because the tag is immutable.`,
      });
    }
    expect(await push('two', 'other')).toBe(two);
  });

  it.each([
    ['not JSON', 'InvalidParameterException'],
    ['{"schemaVersion":1}', 'InvalidParameterException'],
    ['{"schemaVersion":2,"config":{"digest":"x","size":1}}', 'InvalidParameterException'],
    [manifestOf('missing'), 'LayersNotFoundException'],
    [
      JSON.stringify({ schemaVersion: 2, manifests: [{ digest: digestOf('x'), size: 1 }] }),
      'ReferencedImagesNotFoundException',
    ],
  ])('is refused with the manifest %j', async (imageManifest, name) => {
    await create();

    await expect(ecr.send(new PutImageCommand({ ...on, imageManifest }))).rejects.toMatchObject({
      name,
    });
  });

  it('is refused with another digest than that of its manifest', async () => {
    await create();
    await upload('one');

    await expect(
      ecr.send(
        new PutImageCommand({
          ...on,
          imageManifest: manifestOf('one'),
          imageDigest: digestOf('other'),
        }),
      ),
    ).rejects.toMatchObject({ name: 'ImageDigestDoesNotMatchException' });
  });

  it('is named as missing by the answer, or by an error', async () => {
    await create();
    const imageDigest = await push('one', 'v1');
    await push('two', 'v2');

    const imageIds = [{ imageTag: 'no' }, { imageTag: 'v2', imageDigest }, {}];
    const { failures = [] } = await ecr.send(new BatchGetImageCommand({ ...on, imageIds }));
    expect(failures.map(({ failureCode }) => failureCode)).toEqual([
      'ImageNotFound',
      'ImageTagDoesNotMatchDigest',
      'MissingDigestAndTag',
    ]);
    await expect(
      ecr.send(new DescribeImagesCommand({ ...on, imageIds: [{ imageTag: 'no' }] })),
    ).rejects.toMatchObject({
      name: 'ImageNotFoundException',
      message: `The image with imageId {imageDigest:'null', imageTag:'no'} does not exist within the repository with name '${NAME}' in the registry with id '${REGISTRY}'`,
    });
  });

  it('is deleted by its last tag, or with all of them by its digest', async () => {
    await create();
    const one = await push('one', 'a');
    await push('one', 'b');
    const two = await push('two', 'c');

    expect(await remove({ imageTag: 'a' })).toEqual([{ imageDigest: one, imageTag: 'a' }]);
    expect(await tags()).toEqual(
      expect.arrayContaining([
        ['b', one],
        ['c', two],
      ]),
    );
    expect(await remove({ imageTag: 'b' }, { imageDigest: two })).toEqual([
      { imageDigest: one, imageTag: 'b' },
      { imageDigest: two, imageTag: 'c' },
    ]);
    expect(await tags()).toEqual([]);
  });

  it('is listed by the status of its tags, page by page', async () => {
    await create();
    await push('one');
    await push('two', 'v2');
    const list = async (filter: object) =>
      (await ecr.send(new ListImagesCommand({ ...on, filter }))).imageIds?.map(
        ({ imageTag }) => imageTag,
      );
    const first = await ecr.send(new ListImagesCommand({ ...on, maxResults: 1 }));
    const second = await ecr.send(
      new ListImagesCommand({ ...on, maxResults: 1, nextToken: first.nextToken }),
    );

    expect(await list({ tagStatus: 'TAGGED' })).toEqual(['v2']);
    expect(await list({ tagStatus: 'UNTAGGED' })).toEqual([undefined]);
    expect([first, second].map(({ imageIds }) => imageIds?.length)).toEqual([1, 1]);
    expect(second.nextToken).toBe(undefined);
    await expect(ecr.send(new ListImagesCommand({ ...on, nextToken: '?' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('a layer', () => {
  it('is uploaded in parts, and downloaded with its bytes', async () => {
    await create();
    const { uploadId, partSize } = await ecr.send(new InitiateLayerUploadCommand(on));
    const part = (text: string, partFirstByte: number) =>
      ecr.send(
        new UploadLayerPartCommand({
          ...on,
          uploadId,
          partFirstByte,
          partLastByte: partFirstByte + text.length - 1,
          layerPartBlob: Buffer.from(text),
        }),
      );
    await part('hello ', 0);
    await expect(part('again', 0)).rejects.toMatchObject({ name: 'InvalidLayerPartException' });
    const { lastByteReceived } = await part('world', 6);
    const complete = (digest: string) =>
      ecr.send(new CompleteLayerUploadCommand({ ...on, uploadId, layerDigests: [digest] }));
    await expect(complete(digestOf('other'))).rejects.toMatchObject({
      name: 'InvalidLayerException',
    });
    await complete(digestOf('hello world'));
    await expect(complete(digestOf('hello world'))).rejects.toMatchObject({
      name: 'UploadNotFoundException',
    });

    const layerDigest = digestOf('hello world');
    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ ...on, layerDigest }),
    );
    expect(partSize).toBe(20_971_520);
    expect(lastByteReceived).toBe(10);
    expect(await (await fetch(downloadUrl)).text()).toBe('hello world');
  });

  it('is known by its digest in the repository that got it', async () => {
    await create();
    await create({ repositoryName: 'other' });
    const there = await upload('one');
    const missing = digestOf('two');
    const check = async (repositoryName: string) =>
      ecr.send(
        new BatchCheckLayerAvailabilityCommand({
          repositoryName,
          layerDigests: [there, missing, 'x'],
        }),
      );

    expect(await check(NAME)).toMatchObject({
      layers: [
        { layerDigest: there, layerAvailability: 'AVAILABLE', layerSize: 3 },
        { layerDigest: missing, layerAvailability: 'UNAVAILABLE' },
      ],
      failures: [{ layerDigest: 'x', failureCode: 'InvalidLayerDigest' }],
    });
    expect((await check('other')).layers?.[0]?.layerAvailability).toBe('UNAVAILABLE');
    await expect(upload('one')).rejects.toMatchObject({ name: 'LayerAlreadyExistsException' });
    await expect(
      ecr.send(new GetDownloadUrlForLayerCommand({ ...on, layerDigest: missing })),
    ).rejects.toMatchObject({ name: 'LayersNotFoundException' });
  });
});

it('gives a password for twelve hours', async () => {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));

  const [{ authorizationToken = '', expiresAt, proxyEndpoint } = {}] = authorizationData;
  expect(Buffer.from(authorizationToken, 'base64').toString()).toMatch(/^AWS:[0-9a-f]{64}$/);
  expect(proxyEndpoint).toBe(`https://${REGISTRY}.dkr.ecr.us-east-1.amazonaws.com`);
  expect((expiresAt?.getTime() ?? 0) - runtime.cloud.clock.now()).toBeGreaterThan(43_000_000);
});
