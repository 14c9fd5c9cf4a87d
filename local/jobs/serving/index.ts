export { frameworkOfImage } from './framework-images.ts';
export { ModelArchiveError, unpackModelArchive } from './model-archive.ts';
export { ContainerNotHealthy, ModelServer, type ProcessStarter } from './model-server.ts';
export { withImageLibraries } from './python-folder.ts';
export { type ContainerAnswer, InvocationTimeout } from './socket-client.ts';
