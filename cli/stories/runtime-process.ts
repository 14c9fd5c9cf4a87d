import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { visibleText } from '../../local/index.ts';
import {
  makeTemporaryFolder,
  type ProcessWithoutInput,
  processEnvironment,
  SYNTHESIS_VARIABLES,
  startProcess,
} from '../../local/processes/index.ts';
import { UserError } from '../terminal/user-error.ts';

/** `stepmill start` in a process of its own, so that a story can kill it. */
export interface RuntimeProcess {
  readonly endpoint: string;
  /** Ends it by a signal; resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export interface RuntimeProcessOptions {
  /** The built `stepmill` command. */
  readonly program: string;
  readonly state: string;
  readonly assembly: string;
  readonly speed: number;
  /** 0 takes a free one. */
  readonly port: number;
  readonly verbose: boolean;
}

const REMEMBERED_CHARACTERS = 2_000;

/** Starts it; resolves once it answers. @throws UserError with what it said when it ends before */
export async function startRuntimeProcess(options: RuntimeProcessOptions): Promise<RuntimeProcess> {
  const folder = makeTemporaryFolder('state');
  const child = startProcess(
    process.execPath,
    [
      options.program,
      'start',
      ...['--assembly', options.assembly],
      ...['--state', options.state],
      ...['--speed', String(options.speed)],
      ...['--port', String(options.port)],
      ...(options.verbose ? ['--verbose'] : []),
    ],
    {
      environment: processEnvironment({
        home: folder.path,
        inherit: SYNTHESIS_VARIABLES,
      }),
      afterwards: 'a few seconds',
    },
  );
  const exited = once(child, 'exit');
  // Whatever ends this process ends the runtime with it; where it can, in order.
  const follow = () => child.kill('SIGTERM');
  process.once('exit', follow);
  void exited.then(() => {
    process.off('exit', follow);
    folder.remove();
  });
  return {
    endpoint: await readEndpoint(child, options.verbose),
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

async function readEndpoint(
  { stdout, stderr }: ProcessWithoutInput,
  verbose: boolean,
): Promise<string> {
  let problems = '';
  stderr.on('data', (chunk: Buffer) => {
    problems = `${problems}${chunk.toString('utf8')}`.slice(-REMEMBERED_CHARACTERS);
    if (verbose) process.stderr.write(visibleText(chunk.toString('utf8')));
  });
  for await (const line of createInterface({ input: stdout })) {
    const [, endpoint] = /AWS_ENDPOINT_URL=(\S+)/.exec(line) ?? [];
    if (endpoint !== undefined) {
      stdout.resume();
      return endpoint;
    }
  }
  throw new UserError(`The runtime ended before it answered; no story was played. ${problems}`);
}
