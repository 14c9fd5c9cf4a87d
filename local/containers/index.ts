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
