import { processEnvironment, signalGroup, startProcess } from '../../processes/index.ts';
import type { PythonExit } from '../python-process.ts';
import type { ProcessStarter } from './model-server.ts';

/**
 * Starts processes with the `python3` of this machine, for tests of models that need no library.
 * The folder is given as `SAGEMAKER_BASE_DIR`; nothing is forked and no path is mapped.
 */
export const spawnedPython: ProcessStarter = {
  start(request) {
    const [program, ...args] = request.command;
    const child = startProcess(program, args, {
      folder: request.folder,
      environment: processEnvironment({
        home: request.folder,
        own: { ...request.environment, SAGEMAKER_BASE_DIR: request.folder },
      }),
    });
    child.stdout.on('data', (chunk: Buffer) => request.onOutput(chunk));
    child.stderr.on('data', (chunk: Buffer) => request.onOutput(chunk));
    const exited = new Promise<PythonExit>((resolve) => {
      child.once('close', (code, signal) =>
        resolve({ code: code ?? undefined, signal: signal ?? undefined }),
      );
      child.once('error', () => resolve({ code: 127, signal: undefined }));
    });
    return Promise.resolve({
      pid: child.pid ?? 0,
      exited,
      kill: (signal) => signalGroup(child.pid, signal),
    });
  },
};
