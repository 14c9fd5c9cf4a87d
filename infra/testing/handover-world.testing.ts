import { createHash } from 'node:crypto';
import { App } from 'aws-cdk-lib';
import { abalone } from '../../projects/abalone/project.ts';
import { ProjectStack } from '../project-stack.ts';
import { ClaimTasks, noSuchKey, TaskError } from '../simulation/index.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { readDefinition } from './project-stack.testing.ts';
import type { World } from './worlds.testing.ts';

const region = 'us-east-1';
export const sourceAccount = '111111111111';
const account = '222222222222';
/** The run of the package in the source. */
export const folder = 'runs/abalone/d1/';
export const sourceBucket = 'source-bucket';
const model = `${folder}training/job/model.tar.gz`;

/** Where the archives are of a model that is shared. */
export const originBucket = 'origin-bucket';

const definitions = new Map<string, string>();

/** The state machine of the environment `prod`, to which `dev` promotes. */
export function handoverDefinition({ approval = true, isShared = false } = {}): string {
  const variant = `${approval} ${isShared}`;
  const known = definitions.get(variant);
  if (known !== undefined) return known;
  const from = { environment: 'dev', account: sourceAccount, region };
  const app = new App({ outdir: makeTemporaryFolder('handover') });
  const stack = new ProjectStack(app, 'stepmill-prod-abalone', {
    env: { account, region },
    project: abalone,
    environment: 'prod',
    retain: false,
    neighbors: {
      from,
      approval,
      shared: isShared ? { before: [from], after: [] } : undefined,
    },
  });
  const definition = readDefinition(stack, 'HandoverEntry/Workflow');
  definitions.set(variant, definition);
  return definition;
}

export function sourcePackageArn(version: number): string {
  return `arn:aws:sagemaker:${region}:${sourceAccount}:model-package/AbaloneModelPackageGroup/${version}`;
}

/** Of the image that {@link ownImageWorld} names. */
export const imageDigest = `sha256:${'ab'.repeat(32)}`;
export const sourceImages = `${sourceAccount}.dkr.ecr.${region}.amazonaws.com/abalone/models`;

interface StoredObject {
  readonly etag: string;
  readonly size: number;
  /** CRC-64/NVME of the whole object, where S3 knows it. */
  readonly checksum?: string;
}

type Request = Readonly<Record<string, unknown>>;

export interface HandoverWorld extends World {
  readonly input: { readonly eventId: string; readonly modelPackageArn: string };
  /** What DescribeModelPackage answers in the source. */
  readonly source: Record<string, unknown> & {
    readonly CustomerMetadataProperties: Record<string, string>;
  };
  readonly sourceObjects: Map<string, StoredObject>;
  readonly objects: Map<string, StoredObject>;
  readonly records: Map<string, unknown>;
  readonly items: Map<string, Readonly<Record<string, { readonly S: string }>>>;
  /** The digests of the layers in the repository of this environment. */
  readonly layers: Set<string>;
  /** The images that were put there. */
  readonly images: Set<string>;
  /** The packages that were registered here, by their ARN. */
  readonly packages: Map<string, Request>;
}

const digest = (text: string) => createHash('md5').update(text).digest('hex');

function fingerprintOf(objects: ReadonlyMap<string, StoredObject>): string {
  const lines = [`${folder}prepared/preprocessor/model.tar.gz`, model]
    .map((key) => `${key} ${objects.get(key)?.etag ?? ''}`)
    .sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** An approved package in the source, with its run. */
export function handoverWorld(definition = handoverDefinition()): HandoverWorld {
  const sourceObjects = new Map(
    [
      `${folder}checkpoints/1.json`,
      `${folder}comparisons/x/evaluation.json`,
      `${folder}dataset/data.csv`,
      `${folder}decision.json`,
      `${folder}evaluation/evaluation.json`,
      `${folder}evaluation/smoke.json`,
      `${folder}manifest.json`,
      `${folder}prepared/baseline/statistics.json`,
      `${folder}prepared/preprocessor/model.tar.gz`,
      `${folder}prepared/test/a b+c.csv`,
      `${folder}training/job/model.tar.gz`,
      `${folder}training/other/model.tar.gz`,
    ].map((key) => [key, { etag: `"${digest(key)}"`, size: 10 }] as const),
  );
  const state = {
    claims: new ClaimTasks(),
    definition,
    input: { eventId: 'e', modelPackageArn: sourcePackageArn(3) },
    source: describeSource(fingerprintOf(sourceObjects)),
    sourceObjects: sourceObjects as Map<string, StoredObject>,
    objects: new Map<string, StoredObject>(),
    records: new Map<string, unknown>(),
    items: new Map<string, Readonly<Record<string, { readonly S: string }>>>(),
    layers: new Set<string>(),
    images: new Set<string>(),
    packages: new Map<string, Request>(),
  };
  return { ...state, answer: answerHandover(state), outcomes: () => state.packages.size };
}

/** The same, whose archives are in a bucket before that of the source: that of the environment that trained it. */
export function sharedWorld(): HandoverWorld {
  const world = handoverWorld(handoverDefinition({ isShared: true }));
  const specification = world.source['InferenceSpecification'] as {
    readonly Containers: { ModelDataUrl: string }[];
  };
  for (const container of specification.Containers) {
    container.ModelDataUrl = container.ModelDataUrl.replace(sourceBucket, originBucket);
  }
  return world;
}

/** The same, of which a container has an image of the team's own. */
export function ownImageWorld(
  image = `${sourceImages}:1.0`,
  world = handoverWorld(),
): HandoverWorld {
  containersOf(world)[1] = { ...containersOf(world)[1], Image: image };
  return world;
}

type Container = Record<string, unknown>;

export function containersOf({ source }: Pick<HandoverWorld, 'source'>): Container[] {
  return (source['InferenceSpecification'] as { readonly Containers: Container[] }).Containers;
}

function describeSource(fingerprint: string): HandoverWorld['source'] {
  const uri = (path: string) => `s3://${sourceBucket}/${folder}${path}`;
  return {
    ModelPackageArn: sourcePackageArn(3),
    ModelApprovalStatus: 'Approved',
    ModelPackageDescription: 'Predicts rings.',
    CreationTime: '2026-11-20T00:00:00Z',
    InferenceSpecification: {
      Containers: [
        {
          ContainerHostname: 'preprocessor',
          Image:
            '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3',
          ImageDigest: 'sha256:1',
          ModelDataUrl: uri('prepared/preprocessor/model.tar.gz'),
          Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
        },
        {
          ContainerHostname: 'model',
          Image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5',
          ModelDataUrl: uri('training/job/model.tar.gz'),
        },
      ],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
      SupportedTransformInstanceTypes: ['ml.m5.large'],
    },
    ModelMetrics: {
      ModelQuality: {
        Statistics: { ContentType: 'application/json', S3Uri: uri('evaluation/evaluation.json') },
      },
    },
    DriftCheckBaselines: {
      ModelDataQuality: {
        Statistics: {
          ContentType: 'application/json',
          S3Uri: uri('prepared/baseline/statistics.json'),
        },
      },
    },
    MetadataProperties: { CommitId: '0123456789abcdef', ProjectId: 'abalone' },
    CustomerMetadataProperties: {
      datasetId: 'd1',
      folder,
      manifest: uri('manifest.json'),
      fingerprint,
      champion: 'none',
      'metric.mse': '4.1',
      promotion: 'Live',
      promotionReason: '-',
      promotedAt: '2026-11-20T00:00:00Z',
    },
  };
}

type State = Omit<HandoverWorld, 'answer' | 'outcomes'>;

function answerHandover(world: State): World['answer'] {
  return (state, request) => {
    const ofClaim = /claim|handover$/.test(state) && world.claims.answer(state, request);
    if (ofClaim !== false && ofClaim !== undefined) return ofClaim;
    switch (state) {
      case 'Look up owner of handover':
        return { Status: 'FAILED' };
      case 'Read source package':
        return world.source;
      case 'Read copy':
        return { Item: world.items.get(keyOf(request['Key'])) };
      case 'Look up copy':
        return lookUp(world, request);
      case 'Fingerprint source preprocessor':
      case 'Fingerprint source model':
        return head(world.sourceObjects, request);
      case 'Fingerprint preprocessor':
      case 'Fingerprint model':
        return head(world.objects, request);
      case 'List run':
      case 'List more of run':
        return list(world.sourceObjects, request);
      case 'Copy object':
        return copy(world, request);
      case 'Plan image':
      case 'Copy layer':
      case 'Put image':
        return { Payload: answerImage(world, request) };
      case 'Read source checksum':
        return head(world.sourceObjects, request);
      case 'Register copy':
        return register(world, request);
      case 'Note copy':
        world.items.set(keyOf(request['Item']), request['Item'] as never);
        return {};
      case 'Record handover':
      case 'Record failure':
        world.records.set(String(request['Key']), request['Body']);
        return {};
      default:
        return {};
    }
  };
}

function keyOf(item: unknown): string {
  return (item as Readonly<Record<string, { readonly S: string }>>)['claim']?.S ?? '';
}

function lookUp({ packages }: State, request: Request): unknown {
  const arn = String(request['ModelPackageName']);
  if (packages.has(arn)) return { ModelPackageArn: arn };
  throw new TaskError('SageMaker.SageMakerException', `ModelPackage ${arn} does not exist.`);
}

function head(objects: ReadonlyMap<string, StoredObject>, request: Request): unknown {
  const found = objects.get(String(request['Key']));
  if (found === undefined) throw noSuchKey();
  return {
    ETag: found.etag,
    ...(found.checksum === undefined
      ? {}
      : { ChecksumCRC64NVME: found.checksum, ChecksumType: 'FULL_OBJECT' }),
  };
}

const layerOf = (number: number) => ({ digest: `sha256:layer${number}`, sizeBytes: 1 });

/** An image of two layers; what is there is not copied again. */
function answerImage({ layers, images }: State, { Payload }: Request): unknown {
  const { step, from, to, layer } = Payload as Readonly<Record<string, string>> & {
    readonly layer?: { readonly digest: string };
  };
  const repository = String(from).replace(/[:@].*$/, '');
  switch (step) {
    case 'plan':
      return {
        from: `${repository}@${imageDigest}`,
        to: `${to ?? repository}@${imageDigest}`,
        layers: [layerOf(1), layerOf(2)].filter(({ digest }) => !layers.has(digest)),
      };
    case 'layer':
      layers.add(layer?.digest ?? '');
      return { sentBytes: 1 };
    default:
      images.add(`${to}@${imageDigest}`);
      return {};
  }
}

/** Two pages: the first has half of the objects. */
function list(objects: ReadonlyMap<string, StoredObject>, request: Request): unknown {
  const contents = [...objects]
    .filter(([key]) => key.startsWith(String(request['Prefix'])))
    .map(([Key, { etag: ETag, size: Size }]) => ({ Key, ETag, Size }));
  const half = Math.ceil(contents.length / 2);
  return request['ContinuationToken'] === undefined
    ? { Contents: contents.slice(0, half), NextContinuationToken: 'more' }
    : { Contents: contents.slice(half) };
}

/** What is copied in one call has the entity tag of one part. */
function copy({ sourceObjects, objects }: State, request: Request): unknown {
  const source = decodeURIComponent(String(request['CopySource']).replaceAll('+', ' '));
  const key = source.slice(source.indexOf('/') + 1);
  const found = sourceObjects.get(key);
  if (found === undefined) throw noSuchKey();
  if (found.etag !== request['CopySourceIfMatch']) {
    throw new TaskError(
      'S3.S3Exception',
      'At least one of the pre-conditions you specified did not hold (Service: S3, Status Code: 412, Request ID: R)',
    );
  }
  const etag = found.etag.replace(/-\d+"$/, '"');
  const copied = { etag, size: found.size, checksum: found.checksum ?? `crc of ${key}` };
  objects.set(String(request['Key']), copied);
  return {
    CopyObjectResult: {
      ETag: etag,
      ChecksumCRC64NVME: copied.checksum,
      ChecksumType: 'FULL_OBJECT',
    },
  };
}

/** SageMaker registers a request with the same token once. */
function register({ packages }: State, request: Request): unknown {
  const token = String(request['ClientToken']);
  const [known] = [...packages].find(([, { ClientToken }]) => ClientToken === token) ?? [];
  const arn =
    known ??
    `arn:aws:sagemaker:${region}:${account}:model-package/prod--AbaloneModelPackageGroup/${packages.size + 1}`;
  packages.set(arn, request);
  return { ModelPackageArn: arn };
}
