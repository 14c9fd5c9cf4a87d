export {
  type ContainerAnswer,
  type ContainerRequest,
  ContainerUnreachable,
  InvocationTimeout,
} from './container-client.ts';
export { frameworkOfImage } from './framework-images.ts';
export { ModelArchiveError, unpackModelArchive } from './model-archive.ts';
export {
  ContainerNotHealthy,
  containerAt,
  ModelServer,
  type PipelineContainer,
  type ProcessStarter,
  type ServerProcess,
} from './model-server.ts';
export { withImageLibraries } from './python-folder.ts';
