import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createEventBridgeService } from '../eventbridge/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createEcrService } from './index.ts';
import { MAX_TAGS_OF_IMAGE } from './limits.ts';
import { EcrStore } from './store.ts';

const ARN = 'arn:aws:ecr:us-east-1:000000000000:repository';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const QueueUrl = '/000000000000/q';
const ABSENT = digestOf('absent');
const INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

const on = (operation: string, input: object = {}, as?: string): Step => [
  operation,
  { repositoryName: 'rr', ...input },
  as,
];

const create = (repositoryName: string, input: object = {}): Step =>
  on('CreateRepository', { repositoryName, ...input });

const filters = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ filterType: 'WILDCARD', filter: `f${index}-*` }));

const repositories: readonly Step[] = [
  create('bb', { registryId: '111111111111' }),
  create('bb', { registryId: '000000000000', tags: [{ Key: 'b', Value: '2' }] }),
  create('bb'),
  create('aa', {
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'k' },
  }),
  create('cc', { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' }),
  create('cc', { imageTagMutabilityExclusionFilters: filters(1) }),
  create('cc', {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters(6),
  }),
  create('cc', {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters(5),
  }),
  ['DescribeRepositories'],
  ['DescribeRepositories', { repositoryNames: ['bb', 'aa'] }],
  ['DescribeRepositories', { repositoryNames: ['bb', 'missing'] }],
  ['DescribeRepositories', { repositoryNames: ['bb'], registryId: '111111111111' }],
  ['DescribeRepositories', { maxResults: 2 }, 'page'],
  ['DescribeRepositories', (answered) => ({ nextToken: answered('page.nextToken') })],
  ['DescribeRepositories', { nextToken: 'wrong' }],
  on('PutImageTagMutability', { repositoryName: 'bb', imageTagMutability: 'IMMUTABLE' }),
  on('PutImageTagMutability', {
    repositoryName: 'bb',
    imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters(1),
  }),
  on('PutImageTagMutability', { imageTagMutability: 'IMMUTABLE' }),
  on('PutImageScanningConfiguration', {
    repositoryName: 'bb',
    imageScanningConfiguration: { scanOnPush: true },
  }),
  on('PutImageScanningConfiguration', {
    repositoryName: 'aa',
    imageScanningConfiguration: {},
  }),
  ['DescribeRepositories', { repositoryNames: ['bb', 'aa'] }],
  ['ListTagsForResource', { resourceArn: `${ARN}/bb` }],
  ['TagResource', { resourceArn: `${ARN}/bb`, tags: [{ Key: 'a', Value: '1' }] }],
  ['UntagResource', { resourceArn: `${ARN}/bb`, tagKeys: ['b', 'c'] }],
  ['ListTagsForResource', { resourceArn: `${ARN}/bb` }],
  [
    'TagResource',
    {
      resourceArn: `${ARN}/bb`,
      tags: Array.from({ length: 50 }, (_, index) => ({ Key: `t${index}`, Value: '' })),
    },
  ],
  ['ListTagsForResource', { resourceArn: `${ARN}/missing` }],
  ...['Repository', 'Lifecycle'].flatMap((kind): readonly Step[] => {
    const put = kind === 'Repository' ? 'SetRepositoryPolicy' : 'PutLifecyclePolicy';
    const text = kind === 'Repository' ? 'policyText' : 'lifecyclePolicyText';
    return [
      on(`Get${kind}Policy`, { repositoryName: 'bb' }),
      on(`Delete${kind}Policy`, { repositoryName: 'bb' }),
      ...['{', 'null', '[]', '{}', '{"rules":{}}', '{"Statement":1}'].map((policy) =>
        on(put, { repositoryName: 'bb', [text]: policy.padEnd(100) }),
      ),
      on(put, { [text]: '{"Statement":[],"rules":[]}'.padEnd(100) }),
      on(put, { repositoryName: 'bb', [text]: '{"Statement":{},"rules":[]}'.padEnd(100) }),
      on(`Get${kind}Policy`, { repositoryName: 'bb' }),
      on(`Delete${kind}Policy`, { repositoryName: 'bb' }),
      on(`Get${kind}Policy`, { repositoryName: 'bb' }),
    ];
  }),
  ['GetAuthorizationToken'],
  on('DeleteRepository', { repositoryName: 'bb' }),
  on('DeleteRepository', { repositoryName: 'bb' }),
];

const part = (content: string, first: number, last: number, upload = 'upload'): Step => [
  'UploadLayerPart',
  (answered) => ({
    repositoryName: 'rr',
    uploadId: answered(`${upload}.uploadId`),
    layerPartBlob: Buffer.from(content),
    partFirstByte: first,
    partLastByte: last,
  }),
];

const complete = (content: string, upload = 'upload'): Step => [
  'CompleteLayerUpload',
  (answered) => ({
    repositoryName: 'rr',
    uploadId: answered(`${upload}.uploadId`),
    layerDigests: [digestOf(content)],
  }),
];

const layer = (content: string): readonly Step[] => [
  on('InitiateLayerUpload', {}, content),
  part(content, 0, content.length - 1, content),
  complete(content, content),
];

const layers: readonly Step[] = [
  create('rr'),
  create('other'),
  on('InitiateLayerUpload', { repositoryName: 'missing' }),
  on('InitiateLayerUpload', {}, 'upload'),
  complete('onetwo'),
  part('one', 1, 3),
  part('one', 0, 3),
  part('one', 0, 1),
  part('', 0, -1),
  part('one', 0, 2),
  part('one', 0, 2),
  part('two', 3, 5),
  complete('wrong'),
  complete('onetwo'),
  complete('onetwo'),
  ...layer('onetwo'),
  [
    'BatchCheckLayerAvailability',
    { repositoryName: 'rr', layerDigests: [digestOf('onetwo'), ABSENT, 'sha256:1'] },
  ],
  ['BatchCheckLayerAvailability', { repositoryName: 'other', layerDigests: [digestOf('onetwo')] }],
  on('GetDownloadUrlForLayer', { layerDigest: ABSENT }),
  on('GetDownloadUrlForLayer', { repositoryName: 'other', layerDigest: digestOf('onetwo') }),
];

const descriptor = (content: string, mediaType?: string) => ({
  ...(mediaType !== undefined && { mediaType }),
  digest: digestOf(content),
  size: content.length,
});

const image = (value: object): string => JSON.stringify({ schemaVersion: 2, ...value });
const ONE = image({ config: descriptor('config'), layers: [descriptor('layer')] });
const TWO = image({
  config: descriptor('config', DOCKER_CONFIG),
  layers: [descriptor('layer'), descriptor('config')],
});
const THREE = image({
  mediaType: 'application/own',
  artifactType: 'application/artifact',
  config: descriptor('config'),
});
const LIST = image({ manifests: [descriptor(ONE)] });

const put = (imageManifest: string, input: object = {}): Step =>
  on('PutImage', { imageManifest, ...input });

const receive: Step = ['sqs:ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }];

const events: readonly Step[] = [
  [
    'sqs:CreateQueue',
    {
      QueueName: 'q',
      Attributes: {
        VisibilityTimeout: '3600',
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' },
        }),
      },
    },
  ],
  ['eventbridge:PutRule', { Name: 'e', EventPattern: '{"source":["aws.ecr"]}' }],
  ['eventbridge:PutTargets', { Rule: 'e', Targets: [{ Id: 'q', Arn: QUEUE }] }],
];

const images: readonly Step[] = [
  ...events,
  create('rr'),
  ...layer('config'),
  ...layer('layer'),
  ...['{', '[]', '{"schemaVersion":1}', image({})].map((manifest) => put(manifest)),
  put(image({ config: descriptor('config'), manifests: [descriptor('config')] })),
  ...[
    [],
    'text',
    { digest: digestOf('config') },
    { digest: digestOf('config'), size: '6' },
    { digest: `${digestOf('config')}0`, size: 6 },
    { digest: 6, size: 6 },
  ].map((config) => put(image({ config }))),
  put(image({ config: descriptor('config'), layers: [descriptor('absent')] })),
  put(image({ manifests: [descriptor('absent')] })),
  put(ONE, { imageDigest: ABSENT }),
  put(ONE, { imageDigest: digestOf(ONE), imageTag: 'v1' }),
  put(ONE, { imageTag: 'v1' }),
  put(ONE),
  put(ONE, { imageTag: 'also' }),
  { advanceSeconds: 5 },
  put(TWO, { imageTag: 'v1' }),
  put(THREE),
  put(LIST, { imageTag: 'index', imageManifestMediaType: INDEX }),
  put(TWO, { repositoryName: 'missing' }),
  receive,
  on('ListImages'),
  on('ListImages', { filter: { tagStatus: 'TAGGED' } }),
  on('ListImages', { filter: { tagStatus: 'UNTAGGED' } }),
  on('ListImages', { filter: { tagStatus: 'ANY' } }),
  on('ListImages', { maxResults: 2 }, 'page'),
  ['ListImages', (answered) => ({ repositoryName: 'rr', nextToken: answered('page.nextToken') })],
  on('ListImages', { nextToken: 'wrong' }),
  on('DescribeImages'),
  on('DescribeImages', { filter: { tagStatus: 'UNTAGGED' } }),
  on('DescribeImages', { maxResults: 1 }),
  on('DescribeImages', {
    imageIds: [{ imageTag: 'also' }, { imageDigest: digestOf(ONE) }, { imageTag: 'v1' }],
  }),
  on('DescribeImages', { imageIds: [{ imageTag: 'missing' }] }),
  on('DescribeImages', { imageIds: [{ imageDigest: ABSENT }] }),
  on('DescribeImages', { imageIds: [{ imageDigest: digestOf(ONE), imageTag: 'v1' }] }),
  on('BatchGetImage', {
    imageIds: [
      { imageTag: 'v1' },
      { imageDigest: digestOf(ONE), imageTag: 'also' },
      { imageDigest: digestOf(ONE), imageTag: 'v1' },
      { imageDigest: ABSENT, imageTag: 'missing' },
      { imageDigest: ABSENT },
      {},
    ],
  }),
  on('PutImageTagMutability', { imageTagMutability: 'IMMUTABLE' }),
  put(ONE, { imageTag: 'v1' }),
  put(ONE, { imageTag: 'new' }),
  on('DeleteRepository'),
  on('BatchDeleteImage', {
    imageIds: [{ imageTag: 'also' }, { imageDigest: digestOf(THREE) }, { imageTag: 'missing' }],
  }),
  on('BatchDeleteImage', { imageIds: [{ imageDigest: digestOf(ONE) }] }),
  on('BatchDeleteImage', { imageIds: [{ imageTag: 'v1' }] }),
  on('ListImages'),
  receive,
  on('DeleteRepository', { force: true }),
  create('rr'),
  on('ListImages'),
  on('BatchCheckLayerAvailability', { layerDigests: [digestOf('config')] }),
];

/** An image with nearly all of its tags: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const quotas: readonly Step[] = [
  create('rr'),
  ...layer('config'),
  ...layer('layer'),
  put(ONE),
  ...['last', 'more', 'last'].map((imageTag) => put(ONE, { imageTag })),
  put(TWO, { imageTag: 'more' }),
];
function fill(cloud: Cloud): void {
  const store = new EcrStore(cloud);
  for (let index = 1; index < MAX_TAGS_OF_IMAGE; index += 1) {
    store.putTag({ repository: 'rr', tag: `t${index}`, digest: digestOf(ONE) });
  }
}

describe('the answers to requests about', () => {
  it.each([
    ['repositories', repositories],
    ['layers', layers],
    ['images', images],
    ['quotas', quotas],
  ])('%s are those of the transcript', async (file, steps) => {
    const factories = [createEcrService, createEventBridgeService, createSqsService];
    const options = file === 'quotas' ? { prepare: fill } : {};
    await expect(await transcriptOf('ecr', factories, steps, options)).toMatchFileSnapshot(
      `transcripts/${file}.txt`,
    );
  });
});
