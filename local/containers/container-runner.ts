import {
  buildWithEngine,
  type Engine,
  EngineContainer,
  type EngineContainerOptions,
  type EngineImage,
  findEngine,
} from './engine/index.ts';
import {
  type BuildOptions,
  buildImage,
  type Container,
  type ContainerOptions,
  type Image,
  RecipeRefused,
  startContainer,
} from './recipe/index.ts';

/** How images run: `auto` is as processes, and with an engine where a Dockerfile needs one. */
export const CONTAINER_MODES = ['auto', 'process', 'engine'] as const;

export type ContainerMode = (typeof CONTAINER_MODES)[number];

/** An image with the way in which its containers run. */
export type RunnableImage =
  | { readonly kind: 'process'; readonly image: Image }
  | { readonly kind: 'engine'; readonly image: EngineImage };

export type RunningContainer = Pick<
  Container,
  'exited' | 'execute' | 'kill' | 'pid' | 'started' | 'stop'
>;

export type StartOptions = Omit<ContainerOptions, 'image' | 'confinement'> &
  Omit<EngineContainerOptions, 'image'>;

/** No container engine answers, and only one could run the image. */
export class NoEngine extends Error {
  override readonly name = 'NoEngine';
}

export interface RunnerOptions {
  readonly mode: ContainerMode;
  /** @default Docker, Podman, Finch or nerdctl, whichever answers first */
  readonly findEngine?: () => Promise<Engine | undefined>;
}

/** Builds images and starts their containers, as processes or with a container engine. */
export class ContainerRunner {
  readonly #options: RunnerOptions;
  #engine: Promise<Engine | undefined> | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /**
   * Builds an image, or finds it where nothing has changed.
   *
   * @throws RecipeRefused or NoEngine where nothing can run it; RecipeFailed, DockerfileError, EngineFailed
   */
  async prepare(options: BuildOptions): Promise<RunnableImage> {
    if (this.#options.mode === 'engine') return this.#buildWithEngine(options);
    try {
      return { kind: 'process', image: await buildImage(options) };
    } catch (error) {
      const isRefused = error instanceof RecipeRefused && this.#options.mode === 'auto';
      if (!isRefused || (await this.#findEngine()) === undefined) throw error;
      return this.#buildWithEngine(options);
    }
  }

  async start(image: RunnableImage, options: StartOptions): Promise<RunningContainer> {
    if (image.kind === 'process') return startContainer({ ...options, image: image.image });
    return new EngineContainer({ ...options, image: image.image });
  }

  async #buildWithEngine(options: BuildOptions): Promise<RunnableImage> {
    const engine = await this.#findEngine();
    if (engine === undefined) {
      throw new NoEngine(
        'Neither docker, podman, finch nor nerdctl answers, and images are to run with a container engine. Start one, or start with --containers process.',
      );
    }
    return { kind: 'engine', image: await buildWithEngine(engine, options) };
  }

  #findEngine(): Promise<Engine | undefined> {
    this.#engine ??= (this.#options.findEngine ?? findEngine)();
    return this.#engine;
  }
}
