export { frameworkOfImage, type ServingFramework } from './framework-images.ts';
export {
  MAX_MODEL_BYTES,
  MAX_MODEL_ENTRIES,
  ModelArchiveError,
  unpackModelArchive,
} from './model-archive.ts';
export {
  ContainerNotHealthy,
  ModelServer,
  type ModelServerOptions,
  type ProcessStarter,
} from './model-server.ts';
export {
  type ContainerAnswer,
  type ContainerRequest,
  ContainerUnreachable,
  InvocationTimeout,
} from './socket-client.ts';
