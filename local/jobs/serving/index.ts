export { frameworkOfImage, type ServingFramework } from './framework-images.ts';
export {
  MAX_MODEL_BYTES,
  MAX_MODEL_ENTRIES,
  ModelArchiveError,
  unpackModelArchive,
} from './model-archive.ts';
export {
  type ContainerAnswer,
  ContainerNotHealthy,
  type ContainerRequest,
  ContainerUnreachable,
  InvocationTimeout,
  ModelServer,
  type ModelServerOptions,
  type ProcessStarter,
} from './model-server.ts';
