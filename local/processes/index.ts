export {
  adoptGroup,
  type EndedProcess,
  endEveryProcess,
  endWithSignal,
  type ProcessOptions,
  type ProcessWithInput,
  type ProcessWithoutInput,
  type ReportingProcess,
  releaseGroup,
  runToEnd,
  signalGroup,
  startProcess,
  startReportingProcess,
  startWaitingProcess,
  type WaitingProcess,
} from './child-process.ts';
export {
  type AwsAccess,
  type CredentialsAddress,
  type EnvironmentOptions,
  NO_HOME,
  type ProcessEnvironment,
  processEnvironment,
  type ResponseAccess,
  type SessionVariables,
} from './environment.ts';
export { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
export {
  INSTALLER_VARIABLES,
  type InheritedName,
  PACKAGE_INDEX_VARIABLES,
  SYNTHESIS_VARIABLES,
} from './inherited.ts';
export { endMarkedProcesses } from './marked-processes.ts';
export { cpuOfTree, memoryOf, memoryOfTree } from './memory.ts';
export { isDoneWithin } from './patience.ts';
export { personalHomes, personalPlaces } from './personal-places.ts';
export { removeTree } from './remove-tree.ts';
export {
  makeTemporaryFolder,
  sweepTemporaryFolders,
  type TemporaryFolder,
} from './temporary-folder.ts';
