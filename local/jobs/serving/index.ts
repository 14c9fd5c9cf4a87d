export { type ContainerAnswer, InvocationTimeout } from './container-client.ts';
export { frameworkOfImage } from './framework-images.ts';
export { ModelArchiveError, unpackModelArchive } from './model-archive.ts';
export {
  ContainerNotHealthy,
  ModelServer,
  type ProcessStarter,
  type ServerProcess,
} from './model-server.ts';
export { withImageLibraries } from './python-folder.ts';
