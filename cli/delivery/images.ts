import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeImageScanFindingsCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import { type DeliveryPlan, type Place, partitionOf } from '../../delivery/index.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { assumeRole } from './assume-role.ts';
import { copyImage, findDigest } from './copy-image.ts';
import { findImages, type ImageAsset } from './image-assets.ts';
import { isLocalBuild } from './local-build.ts';
import { pushRecipe } from './push-recipe.ts';
import { docker } from './run-docker.ts';

export interface ImageWork {
  readonly plan: DeliveryPlan;
  readonly assembly: string;
  readonly terminal: Terminal;
}

/**
 * Builds each image whose sources are new, and refuses images with severe findings. In a build of a local runtime, images
 * are recipes, which nothing scans.
 */
export async function buildImages(work: ImageWork, version: string): Promise<void> {
  const { plan, assembly, terminal } = work;
  const images = findImages(assembly);
  if (images.length === 0) {
    terminal.print('The app has no images; nothing was built.');
    return;
  }
  const client = new ECRClient({ region: plan.pipeline.region });
  const build = isLocalBuild() ? pushRecipes(client) : builder(client, plan);
  for (const image of images) {
    const repository = repositoryOf(plan, image);
    const digest = await findDigest({ client, repository, tag: image.hash });
    if (digest === undefined) {
      await build(image, repository, version);
      terminal.print(`${image.name}: built and pushed as ${repository}:${version}`);
    } else {
      terminal.print(`${image.name}: its sources have not changed; ${digest} stays`);
    }
    if (isLocalBuild()) terminal.print(`${image.name}: is a recipe here, which is not scanned`);
    else await judgeFindings(client, { repository, tag: image.hash }, plan.refusedSeverities);
  }
}

type Build = (image: ImageAsset, repository: string, version: string) => Promise<void>;

function pushRecipes(client: ECRClient): Build {
  return (image, repository, version) =>
    pushRecipe(image, { client, repository }, [image.hash, version]);
}

/** Signs in, and makes the engine's builder, once there is something to build. */
function builder(client: ECRClient, plan: DeliveryPlan): Build {
  const registry = registryOf(plan);
  let isReady = false;
  return async (image, repository, version) => {
    if (!isReady) {
      await signIn(client, registry);
      await docker(createBuilder);
    }
    isReady = true;
    await docker(renderBuild(image, `${registry}/${repository}`, version));
  };
}

/** Copies the images of an environment's stacks to where its stacks look for them. */
export async function promoteImages(work: ImageWork, environment: string): Promise<void> {
  const { plan, assembly, terminal } = work;
  const place = plan.environments[environment];
  if (place === undefined) return;
  const source = new ECRClient({ region: plan.pipeline.region });
  for (const image of findImages(`${assembly}/assembly-${environment}`)) {
    for (const destination of image.destinations) {
      const { imageTag, region = place.region } = destination;
      const repositoryName = fillIn(destination.repositoryName, place);
      const assumeRoleArn = destination.assumeRoleArn && fillIn(destination.assumeRoleArn, place);
      const credentials =
        assumeRoleArn === undefined ? {} : { credentials: await assumeRole(assumeRoleArn, region) };
      const { digest, isNew } = await copyImage(
        { client: source, repository: repositoryOf(plan, image), tag: image.hash },
        {
          client: new ECRClient({ region, ...credentials }),
          repository: repositoryName,
          tag: imageTag,
        },
      );
      terminal.print(`${image.name}: ${digest} ${isNew ? 'copied to' : 'is in'} ${environment}`);
    }
  }
}

/** The CDK leaves these to whoever publishes an asset: https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html */
function fillIn(text: string, { account, region }: Place): string {
  return text
    .replaceAll('${AWS::Partition}', partitionOf(region))
    .replaceAll('${AWS::AccountId}', account)
    .replaceAll('${AWS::Region}', region);
}

function repositoryOf(plan: DeliveryPlan, { name, folder }: ImageAsset): string {
  const found = plan.images.find((image) => image.name === name);
  if (found !== undefined) return found.repository;
  throw new UserError(
    `The image "${name}" from ${folder} has no repository; nothing was built. Name it in infra/image-names.ts and give the asset this displayName: ${plan.images.map((image) => image.name).join(', ')}.`,
  );
}

function registryOf({ pipeline: { account, region } }: DeliveryPlan): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

async function signIn(client: ECRClient, registry: string): Promise<void> {
  const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}));
  const [user = '', password = ''] = Buffer.from(
    authorizationData[0]?.authorizationToken ?? '',
    'base64',
  )
    .toString()
    .split(':');
  await docker(['login', '--username', user, '--password-stdin', registry], password);
}

/**
 * The engine's own builder writes no cache into a registry, and refuses a build that is to:
 * https://docs.docker.com/build/cache/backends/
 */
export const createBuilder = [
  'buildx',
  'create',
  ...['--name', `stepmill-${process.pid}`],
  ...['--driver', 'docker-container'],
];

/** Attestations would make a list of images, which Lambda does not take. */
export function renderBuild(
  { folder, source, hash }: ImageAsset,
  repository: string,
  version: string,
): string[] {
  const { dockerFile, dockerBuildTarget, dockerBuildArgs, platform } = source;
  const cache = `type=registry,ref=${repository}:cache-${dockerBuildTarget ?? 'image'}`;
  return [
    'buildx',
    'build',
    ...['--builder', `stepmill-${process.pid}`],
    ...['--file', `${folder}/${dockerFile}`],
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...(dockerBuildTarget === undefined ? [] : ['--target', dockerBuildTarget]),
    ...Object.entries(dockerBuildArgs).flatMap(([name, value]) => [
      '--build-arg',
      `${name}=${value}`,
    ]),
    ...['--provenance=false', '--sbom=false'],
    ...[
      '--cache-from',
      cache,
      '--cache-to',
      `${cache},mode=max,image-manifest=true,ignore-error=true`,
    ],
    ...['--tag', `${repository}:${hash}`, '--tag', `${repository}:${version}`],
    // BuildKit's default is a format of OCI since v0.32, which not all of SageMaker takes:
    // https://github.com/moby/buildkit/blob/master/docs/build-repro.md, https://github.com/moby/buildkit/issues/5480
    ...['--output', 'type=registry,oci-mediatypes=false'],
    folder,
  ];
}

const POLL_MS = 5_000;
/** A scan takes minutes at most. */
const MAXIMUM_POLLS = 180;

/** @throws UserError naming the findings, or why there is no scan */
export async function judgeFindings(
  client: ECRClient,
  { repository, tag }: { readonly repository: string; readonly tag: string },
  refused: readonly string[],
  wait: (ms: number) => Promise<unknown> = delay,
): Promise<void> {
  for (let poll = 0; poll < MAXIMUM_POLLS; poll += 1) {
    const scan = await readScan(client, repository, tag);
    const status = scan?.imageScanStatus?.status ?? 'PENDING';
    if (status === 'COMPLETE' || status === 'ACTIVE') {
      const counts = scan?.imageScanFindings?.findingSeverityCounts ?? {};
      refuseFindings(`${repository}:${tag}`, counts, refused);
      return;
    }
    if (!['PENDING', 'IN_PROGRESS'].includes(status)) {
      throw new UserError(
        `ECR could not scan ${repository}:${tag} (${status}: ${scan?.imageScanStatus?.description ?? 'no description'}); the image is not deployed.`,
      );
    }
    await wait(POLL_MS);
  }
  throw new UserError(
    `ECR has not scanned ${repository}:${tag} within ${(POLL_MS * MAXIMUM_POLLS) / 60_000} minutes; the image is not deployed. Start the stage again.`,
  );
}

async function readScan(client: ECRClient, repositoryName: string, imageTag: string) {
  try {
    return await client.send(
      new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag } }),
    );
  } catch (error) {
    if (error instanceof ScanNotFoundException) return undefined;
    throw error;
  }
}

function refuseFindings(
  image: string,
  counts: Partial<Record<string, number>>,
  refused: readonly string[],
): void {
  const found = refused.filter((severity) => (counts[severity] ?? 0) > 0);
  if (found.length === 0) return;
  throw new UserError(
    `The scan of ${image} found ${found.map((severity) => `${counts[severity]} ${severity}`).join(', ')}; the image is not deployed. Raise the base image or the package that has the fault, or change pipeline.refusedSeverities.`,
  );
}
