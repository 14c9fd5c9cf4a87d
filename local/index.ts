export type { Cloud, ServiceFactory } from './cloud/cloud.ts';
export { assumeRole, type Principal, type RolePrincipal } from './cloud/principal.ts';
export type { Service } from './cloud/service.ts';
export { ServiceError } from './cloud/service-error.ts';
export type { ServiceName } from './cloud/service-name.ts';
export { CONTAINER_MODES, type ContainerMode } from './containers/index.ts';
export { PortInUse } from './gateway/index.ts';
export { type Clock, createVirtualClock, type VirtualClock } from './host/clock.ts';
export type { Logger } from './host/logger.ts';
export { createLogger, type LogLevel, silentLogger } from './host/logger.ts';
export type { Random } from './host/random.ts';
export { createSeededRandom } from './host/random.ts';
export { visibleJson, visibleLine, visibleText } from './host/visible-text.ts';
export { describeImages, type ReportedImage } from './image-report.ts';
export {
  compareWithImages,
  findPythonEnvironment,
  inspectPythonHost,
  type LibraryDifference,
  type PythonEnvironment,
  PythonEnvironmentError,
  preparePythonEnvironment,
} from './jobs/index.ts';
export { runToEnd } from './processes/index.ts';
export {
  type DigestSwap,
  InvalidTemplate,
  ProvisioningFailed,
  type ProvisionReport,
  type RecipeImage,
  renderRecipeImage,
  type StackReport,
  UnknownParameter,
  UnreadableAssembly,
} from './provision/index.ts';
export { checkStart, type Runtime, type RuntimeOptions, startRuntime } from './runtime.ts';
export type { ServedSite } from './served-sites.ts';
export { branchKey, commitKey } from './services/codepipeline/index.ts';
export { DiskFullError, StoreUnusable } from './store/index.ts';
export { StateFolderUnusable } from './store/state-folder.ts';
export { lockStateFolder, StateFolderInUse, type StateLock } from './store/state-lock.ts';
