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
  /** Ends it with a signal; resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export interface RuntimeProcessOptions {
  /** The built `stepmill` command. */
  readonly program: string;
  readonly state: string;
  readonly assembly: string;
  readonly speed: number;
  /** 0 selects a free port. */
  readonly port: number;
  readonly verbose: boolean;
}

const REMEMBERED_CHARACTERS = 2_000;

/** Starts it; resolves when it answers. @throws UserError with its output if it ends before */
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
  // The runtime ends with this process, in order if possible.
  const follow = () => child.kill('SIGTERM');
  process.once('exit', follow);
  void exited.then(async () => {
    process.off('exit', follow);
    await folder.remove();
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
  throw new UserError(
    `The runtime ended before it answered, so the story was not played. ${problems}`,
  );
}
