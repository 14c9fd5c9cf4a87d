import { spawn } from 'node:child_process';
import type { PythonExit } from '../python-process.ts';
import type { ProcessStarter } from './model-server.ts';

/**
 * Starts processes with whatever `python3` this machine has, for tests of models that need no library.
 * The folder is given as `SAGEMAKER_BASE_DIR`; nothing is forked and no path is mapped.
 */
export const spawnedPython: ProcessStarter = {
  start(request) {
    const [program, ...args] = request.command;
    const child = spawn(program, args, {
      cwd: request.folder,
      env: {
        PATH: process.env['PATH'],
        ...request.environment,
        SAGEMAKER_BASE_DIR: request.folder,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
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
      kill: (signal) => void child.kill(signal),
    });
  },
};
