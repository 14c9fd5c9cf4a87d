import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from '../cloud/cloud.ts';
import {
  type ContainerImages,
  type ContainerStart,
  ImageNotPulled,
  NothingToStart,
  type PulledImage,
  type PullOptions,
  type PullProblem,
  type StartedContainer,
} from '../cloud/container-images.ts';
import { DOWNLOADS_PATH } from '../cloud/downloads.ts';
import {
  type ImageRecipe,
  RECIPE_CONFIG_TYPE,
  RECIPE_CONTEXT_TYPE,
} from '../cloud/image-recipe.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { removeTree } from '../processes/index.ts';
import { type ContainerMode, ContainerRunner, type RunnableImage } from './container-runner.ts';
import { ImageContexts } from './image-contexts.ts';
import { type BuildOptions, NoCommand } from './recipe/index.ts';

/** https://pkg.go.dev/github.com/distribution/reference */
const BASE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$/;
const INVALID_REFERENCE = 'invalid reference format. Nothing was started.';

/** How images run: the modes of `--containers`. */
export interface LocalImagesOptions {
  readonly mode: ContainerMode;
  /** @default as the mode says */
  readonly runner?: ContainerRunner;
}

/** A tag or a digest of an image in the ECR of an account of this runtime. */
interface EcrName {
  readonly registryId: string;
  readonly repositoryName: string;
  readonly imageId: { readonly imageTag: string } | { readonly imageDigest: string };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
}

/** What an image is built from. */
interface Source
  extends Pick<BuildOptions, 'buildArguments' | 'context' | 'dockerfile' | 'target'> {
  /** The digest of the manifest in ECR; undefined for an image of another registry. */
  readonly digest: string | undefined;
}

/** The images that services start: recipes in ECR, and base images that this machine can stand for. */
export class LocalImages implements ContainerImages {
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #running: string;
  readonly #contexts: ImageContexts;
  readonly #runner: ContainerRunner;
  #isSwept = false;

  constructor(cloud: Cloud, options: LocalImagesOptions) {
    this.#cloud = cloud;
    this.#folder = join(cloud.pythonFolder, 'containers');
    this.#running = join(cloud.stateFolder, 'containers');
    this.#contexts = new ImageContexts(join(this.#folder, 'contexts'), cloud.random);
    this.#runner = options.runner ?? new ContainerRunner({ mode: options.mode });
  }

  async pull(uri: string, options: PullOptions): Promise<PulledImage> {
    const { onProgress, signal } = options;
    const source = await this.#sourceOf(uri, options);
    const { digest, ...build } = source;
    let image: RunnableImage;
    try {
      image = await this.#runner.prepare({
        ...build,
        folder: this.#folder,
        pythonFolder: this.#cloud.pythonFolder,
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw notPulled(uri, 'NotBuilt', cause);
    }
    const facts =
      image.kind === 'process'
        ? { ...image.image, settings: image.image.config }
        : { digest: image.image.id, settings: undefined, notices: [] };
    return {
      uri,
      digest: digest ?? facts.digest,
      kind: image.kind,
      settings: facts.settings,
      notices: facts.notices,
      start: (start) => this.#start(image, start),
    };
  }

  async #sourceOf(uri: string, options: PullOptions): Promise<Source> {
    const name = ecrNameOf(uri, this.#cloud);
    if (name === undefined) {
      // It becomes a line of a Dockerfile, and must stay one word of it.
      if (!BASE_NAME.test(uri)) throw notPulled(uri, 'NotBuilt', new Error(INVALID_REFERENCE));
      return { context: await this.#contexts.ofBase(uri), digest: undefined };
    }
    try {
      return await this.#recipeOf(uri, name, options);
    } catch (cause) {
      if (cause instanceof ServiceError) throw notPulled(uri, problemOf(cause), cause);
      throw cause instanceof ImageNotPulled ? cause : notPulled(uri, 'NotBuilt', cause);
    }
  }

  async #recipeOf(uri: string, name: EcrName, { principal }: PullOptions): Promise<Source> {
    const { imageId, registryId, repositoryName } = name;
    const ask = <Output>(operation: string, input: object) =>
      this.#cloud.call<Output>(principal, 'ecr', operation, input);
    await ask('GetAuthorizationToken', {});
    const { images = [] } = await ask<{
      readonly images?: readonly {
        readonly imageManifest: string;
        readonly imageId: { readonly imageDigest: string };
      }[];
    }>('BatchGetImage', { registryId, repositoryName, imageIds: [imageId] });
    const [image] = images;
    if (image === undefined) throw notPulled(uri, 'Missing', new Error(`${uri}: not found`));
    const { config, layers } = readManifest(uri, image.imageManifest);
    const fileOf = async ({ digest }: Descriptor) => {
      const { downloadUrl } = await ask<{ readonly downloadUrl: string }>(
        'GetDownloadUrlForLayer',
        {
          registryId,
          repositoryName,
          layerDigest: digest,
        },
      );
      const path = downloadUrl.slice(downloadUrl.indexOf(DOWNLOADS_PATH));
      const { downloads } = this.#cloud.ownerOf('ecr', 'GetDownloadUrlForLayer', { registryId });
      return downloads.find(path)?.file ?? '';
    };
    const recipe = JSON.parse(await readFile(await fileOf(config), 'utf8')) as ImageRecipe;
    const context = await this.#contexts.unpack(await fileOf(layers[0]), layers[0].digest);
    const { imageDigest: digest } = image.imageId;
    return { ...recipe, context, digest };
  }

  async #start(image: RunnableImage, start: ContainerStart): Promise<StartedContainer> {
    this.#sweep();
    await mkdir(this.#running, { recursive: true });
    const folder = join(this.#running, randomUUID());
    try {
      return await this.#runner.start(image, { ...start, folder });
    } catch (error) {
      await removeTree(folder);
      if (error instanceof NoCommand) throw new NothingToStart(error.message, { cause: error });
      throw error;
    }
  }

  /** Removes what containers of a killed runtime left; the state folder has one runtime at a time. */
  #sweep(): void {
    if (this.#isSwept) return;
    this.#isSwept = true;
    for (const name of namesIn(this.#running)) {
      void removeTree(join(this.#running, name)).catch((error: unknown) =>
        this.#cloud.logger.warn({ name, error: String(error) }, 'A folder could not be removed'),
      );
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
function ecrNameOf(uri: string, { directory }: Cloud): EcrName | undefined {
  const [, registryId = '', region, repositoryName = '', imageTag = 'latest', imageDigest] =
    IN_ECR.exec(uri) ?? [];
  if (region === undefined || directory.find(registryId, region) === undefined) return undefined;
  const imageId = imageDigest === undefined ? { imageTag } : { imageDigest };
  return { registryId, repositoryName, imageId };
}

const IN_ECR =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/;

function readManifest(
  uri: string,
  text: string,
): { readonly config: Descriptor; readonly layers: readonly [Descriptor] } {
  const manifest = JSON.parse(text) as {
    readonly config?: Descriptor;
    readonly layers?: readonly Descriptor[];
  };
  const { config, layers: [layer] = [] } = manifest;
  const isRecipe =
    config?.mediaType === RECIPE_CONFIG_TYPE && layer?.mediaType === RECIPE_CONTEXT_TYPE;
  if (isRecipe) return { config, layers: [layer] };
  throw notPulled(
    uri,
    'NotBuilt',
    new Error(
      `${uri} was pushed as layers, and this runtime starts only images that it can build: the image assets of CDK apps. Nothing was started. Deploy it as a DockerImageAsset, or with DockerImageCode.fromImageAsset or ContainerImage.fromAsset.`,
    ),
  );
}

function problemOf({ code }: ServiceError): PullProblem {
  if (code === 'AccessDeniedException') return 'AccessDenied';
  const isMissing = ['LayersNotFoundException', 'RepositoryNotFoundException'].includes(code);
  return isMissing ? 'Missing' : 'NotBuilt';
}

function notPulled(uri: string, problem: PullProblem, cause: unknown): ImageNotPulled {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ImageNotPulled({ problem, uri }, message, { cause });
}
