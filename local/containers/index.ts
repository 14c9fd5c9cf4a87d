export {
  CONTAINER_MODES,
  type ContainerMode,
  ContainerRunner,
  NoEngine,
  type RunnableImage,
  type RunnerOptions,
  type RunningContainer,
  type StartOptions,
} from './container-runner.ts';
export { DockerfileError } from './dockerfile/index.ts';
export { EngineFailed } from './engine/index.ts';
export { findImageWays, type ImageWay, type ImageWaysOptions } from './image-ways.ts';
export { LocalImages, type LocalImagesOptions } from './local-images.ts';
export {
  type BuildOptions,
  findConfinement,
  NoCommand,
  planImage,
  RecipeFailed,
  RecipeRefused,
} from './recipe/index.ts';
