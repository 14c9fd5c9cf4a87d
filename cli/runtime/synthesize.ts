import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  endWithSignal,
  makeTemporaryFolder,
  processEnvironment,
  SYNTHESIS_VARIABLES,
  startProcess,
} from '../../local/processes/index.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { installCommand } from './optional-packages.ts';

/** What the synthesized templates depend on; the runtime itself is not among them. */
const inputs = [
  'cdk.json',
  'package-lock.json',
  'engine/validation',
  'definition',
  'events',
  'handlers',
  'infra',
  'projects',
  'workflows',
];

/** Which app is synthesized, and where to. */
export interface SynthesisOptions {
  /** Where the cloud assembly goes. @default `cdk.out` */
  readonly assembly?: string;
  /** What `cdk synth -c name=value` sets. @default nothing */
  readonly context?: Readonly<Record<string, string>>;
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
  { assembly = 'cdk.out', context = {}, signal }: SynthesisOptions = {},
): Promise<string> {
  if (!existsSync('cdk.json')) {
    throw new UserError(
      'There is no cdk.json here, so there is no app to run. Run the command in the folder of the app, or name a synthesized one with --assembly cdk.out.',
    );
  }
  const settings = Object.entries(context).map(([name, value]) => `${name}=${value}`);
  const digest = digestOfInputs(settings);
  const memory = join(stateFolder, 'synthesized');
  const isCurrent =
    existsSync(join(assembly, 'manifest.json')) &&
    existsSync(memory) &&
    readFileSync(memory, 'utf8') === digest;
  if (isCurrent) return assembly;
  await terminal.during('Synthesize the app (cdk synth)', () =>
    runCdkSynth(assembly, settings, signal),
  );
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(memory, digest);
  return assembly;
}

function digestOfInputs(settings: readonly string[]): string {
  const hash = createHash('sha256');
  for (const setting of settings) hash.update(setting).update('\0');
  for (const input of inputs) {
    for (const file of filesOf(input)) hash.update(file).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (path.includes('.json')) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\.test\.ts$|\.pyc$/.test(file))
    .sort();
}

/** The CDK's command line, of the app or else beside this package. */
function findCdk(): string {
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

/**
 * The app gets no credentials of the person's and none of ours: an app that looks something up in an
 * account (`Vpc.fromLookup`) finds it in `cdk.context.json`, or its synthesis fails.
 */
async function runCdkSynth(
  assembly: string,
  settings: readonly string[],
  signal: AbortSignal | undefined,
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
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => folder.remove());
  signal?.throwIfAborted();
  if (code === 0) return;
  throw new UserError(`cdk synth failed (exit code ${code}); nothing was started.\n${output}`);
}
