export { containerFiles, openContainerFile } from './container-files.ts';
export { type ContainerFolder, createContainerFolder } from './container-folder.ts';
export { DiscardedFolders } from './discarded-folders.ts';
export { compareWithImages, type LibraryDifference } from './images.ts';
export {
  findLibraryFolder,
  findPythonEnvironment,
  type PythonEnvironment,
  PythonEnvironmentError,
  type PythonEnvironmentOptions,
  type PythonProgress,
  preparePythonEnvironment,
  pythonEnvironmentFolder,
} from './python-environment.ts';
export {
  inspectPythonHost,
  PythonHost,
  type PythonHostOptions,
  type PythonHostStatus,
} from './python-host.ts';
export type { PythonExit, PythonProcess, PythonProcessRequest } from './python-process.ts';
export { LastLines } from './serving/last-lines.ts';
export { Slots } from './slots.ts';
