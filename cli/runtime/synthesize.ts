import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import {
  endWithSignal,
  makeTemporaryFolder,
  processEnvironment,
  SYNTHESIS_VARIABLES,
  startProcess,
} from '../../local/processes/index.ts';
import { digestOfSources, readSources, type Sources } from '../live/app-sources.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { installCommand } from './optional-packages.ts';

/** Which app is synthesized, and where to. */
export interface SynthesisOptions {
  /** Where the cloud assembly goes. @default `cdk.out` */
  readonly assembly?: string;
  /** `name=value` of each setting, as `cdk synth -c` takes it. @default none */
  readonly context?: readonly string[];
  /** Ends `cdk synth` when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Runs `cdk synth` where anything it depends on has changed since the last time.
 *
 * @param stateFolder where the digest of the last inputs is kept
 * @returns the folder of the cloud assembly
 * @throws UserError outside a CDK app, or with what `cdk synth` printed when it fails
 */
export async function synthesize(
  stateFolder: string,
  terminal: Terminal,
  { assembly = 'cdk.out', context = [], signal }: SynthesisOptions = {},
): Promise<string> {
  if (!existsSync('cdk.json')) {
    throw new UserError(
      'There is no cdk.json here, so there is no app to run. Run the command in the folder of the app, or name a synthesized one with --assembly cdk.out.',
    );
  }
  const sources = readSources();
  const digest = digestOfSources(sources, context);
  const memory = memoryOf(stateFolder);
  const isCurrent =
    existsSync(join(assembly, 'manifest.json')) &&
    existsSync(memory) &&
    readFileSync(memory, 'utf8') === digest;
  if (isCurrent) return assembly;
  await terminal.during('Synthesize the app (cdk synth)', (update) =>
    runCdkSynth(assembly, context, signal, update),
  );
  rememberSynthesis(stateFolder, sources, context);
  return assembly;
}

/** The file with the digest of the sources that the assembly was made of. */
function memoryOf(stateFolder: string): string {
  return join(stateFolder, 'synthesized');
}

/** From now on, and after a kill, the assembly counts as out of date. */
export function forgetSynthesis(stateFolder: string): void {
  rmSync(memoryOf(stateFolder), { force: true });
}

/** The assembly is what `cdk synth` makes of these sources. */
export function rememberSynthesis(
  stateFolder: string,
  sources: Sources,
  settings: readonly string[] = [],
): void {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(memoryOf(stateFolder), digestOfSources(sources, settings));
}

/** The CDK's command line, of the app or else beside this package. */
export function findCdk(): string {
  for (const from of [join(process.cwd(), 'cdk.json'), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve('aws-cdk/package.json')), 'bin', 'cdk');
    } catch {
      // Not there either: the error below says so.
    }
  }
  throw new UserError(
    `The package aws-cdk is not installed, so the app cannot be synthesized; nothing was started. Install it: ${installCommand('aws-cdk')}. Or name a synthesized app with --assembly cdk.out.`,
  );
}

/** What the app prints for each of several environments. */
const ENVIRONMENT_BEGUN = /^(Synthesizing [a-z0-9]+) \.\.\.$/m;

/**
 * The app gets no credentials of the person's and none of ours: an app that looks something up in an
 * account (`Vpc.fromLookup`) finds it in `cdk.context.json`, or its synthesis fails.
 */
export async function runCdkSynth(
  assembly: string,
  settings: readonly string[],
  signal: AbortSignal | undefined,
  onEnvironment: (message: string) => void = () => {},
): Promise<void> {
  const cdk = findCdk();
  const context = settings.flatMap((setting) => ['--context', setting]);
  const folder = makeTemporaryFolder('synth');
  const child = startProcess(
    process.execPath,
    [cdk, 'synth', '--quiet', '--output', assembly, ...context],
    {
      environment: processEnvironment({
        home: folder.folder('home'),
        temporary: folder.folder('tmp'),
        inherit: SYNTHESIS_VARIABLES,
      }),
    },
  );
  endWithSignal(child, signal);
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    const begun = ENVIRONMENT_BEGUN.exec(stripVTControlCharacters(chunk.toString('utf8')))?.[1];
    if (begun !== undefined) onEnvironment(begun);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => folder.remove());
  signal?.throwIfAborted();
  if (code === 0) return;
  throw new UserError(
    `cdk synth failed (exit code ${code}); nothing was started.\n${stripVTControlCharacters(output)}`,
  );
}
