import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { SPEED } from './story-runtime.ts';

/** `stepmill start` in a process of its own. */
export interface RuntimeProcess {
  readonly endpoint: string;
  /** Ends it by a signal; resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts the command with the state of the stage; resolves once it answers. */
export async function startProcess(folder: string, assembly: string): Promise<RuntimeProcess> {
  await promisify(execFile)(process.execPath, ['build.mjs']);
  const child = spawn(
    process.execPath,
    [
      'dist/cli/main.js',
      'start',
      ...['--assembly', assembly],
      ...['--state', join(folder, 'state')],
      ...['--speed', String(SPEED)],
      ...['--port', '0'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  return {
    endpoint: await readEndpoint(child),
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

async function readEndpoint({ stdout, stderr }: ChildProcess): Promise<string> {
  let problems = '';
  stderr?.on('data', (chunk: Buffer) => {
    problems += chunk.toString('utf8');
  });
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout })) {
      const [, endpoint] = /AWS_ENDPOINT_URL=(\S+)/.exec(line) ?? [];
      if (endpoint !== undefined) {
        stdout.resume();
        return endpoint;
      }
    }
  }
  throw new Error(`The runtime ended before it answered: ${problems}`);
}
