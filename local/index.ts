export { type Clock, createVirtualClock, type VirtualClock } from './clock.ts';
export type { Cloud, Logger, Random } from './cloud.ts';
export { PortInUse } from './gateway/index.ts';
export {
  compareWithImages,
  findPythonEnvironment,
  inspectPythonHost,
  type LibraryDifference,
  type PythonEnvironment,
  PythonEnvironmentError,
  preparePythonEnvironment,
} from './jobs/index.ts';
export { createLogger, type LogLevel, silentLogger } from './logger.ts';
export { assumeRole, type Principal, type RolePrincipal } from './principal.ts';
export {
  InvalidTemplate,
  ProvisioningFailed,
  type ProvisionReport,
  type StackReport,
  UnreadableAssembly,
} from './provision/index.ts';
export { createSeededRandom } from './random.ts';
export { checkStart, type Runtime, type RuntimeOptions, startRuntime } from './runtime.ts';
export type { Service, ServiceFactory, ServiceName } from './service.ts';
export { ServiceError } from './service-error.ts';
export { StateFolderUnusable } from './state-folder.ts';
export { lockStateFolder, StateFolderInUse, type StateLock } from './state-lock.ts';
export { DiskFullError, StoreUnusable } from './store/index.ts';
export { visibleJson, visibleLine, visibleText } from './visible-text.ts';
