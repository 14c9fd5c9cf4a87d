export { type ContainerFolder, createContainerFolder } from './container-folder.ts';
export { PythonHost, type PythonHostOptions, type PythonHostStatus } from './python-host.ts';
export type { PythonExit, PythonProcess, PythonProcessRequest } from './python-process.ts';
