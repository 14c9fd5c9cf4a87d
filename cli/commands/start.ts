import { type Command, InvalidArgumentError, Option } from 'commander';
import { checkStart, type Runtime } from '../../local/index.ts';
import { connect } from '../connection/connection.ts';
import { readSources, type Sources } from '../live/app-sources.ts';
import { canWatch, watchApp } from '../live/watch-app.ts';
import { listProjects } from '../project/project-resources.ts';
import { addAccount, type NamedAccount, printAccounts } from '../runtime/accounts.ts';
import { environmentOf } from '../runtime/context-settings.ts';
import { reportImages } from '../runtime/report-images.ts';
import {
  preparePython,
  reportRuntime,
  runRuntime,
  SHARED_PYTHON_FOLDER,
} from '../runtime/run-runtime.ts';
import { type RuntimeCommandOptions, withRuntimeOptions } from '../runtime/runtime-options.ts';
import { printSites } from '../runtime/sites.ts';
import { synthesize } from '../runtime/synthesize.ts';
import { listenForInterruption } from '../terminal/interruption.ts';
import { bold, dim, seconds, type Terminal } from '../terminal/terminal.ts';

interface StartOptions extends RuntimeCommandOptions {
  readonly account: readonly NamedAccount[];
  readonly assembly?: string;
  readonly ephemeral?: boolean;
  readonly throttle?: boolean;
  readonly signIn?: boolean;
  readonly parameter: Readonly<Record<string, string>>;
  readonly watch: boolean;
  readonly verbose?: boolean;
}

export function addStart(program: Command, terminal: Terminal): void {
  withRuntimeOptions(program.command('start'), { speed: 1, state: '.stepmill' })
    .description('Run the app on this machine until interrupted.')
    .addOption(
      new Option(
        '--assembly <folder>',
        'run this synthesized app instead of the one in this folder',
      ).conflicts('context'),
    )
    .option(
      '--parameter <name=value>',
      "the value of a parameter of the app's templates, in place of its default; may be repeated",
      addParameter,
      {},
    )
    .option(
      '--account <id>',
      "an account besides those of the app's stacks, with a region as 111111111111/eu-west-1; may be repeated",
      addAccount,
      [],
    )
    .option('--ephemeral', 'keep nothing when it ends')
    .option(
      '--throttle',
      "refuse requests beyond AWS's quotas for Step Functions' busiest operations",
    )
    .option('--sign-in', 'ask to sign in to user pools, in place of taking you as signed in')
    .option('--no-watch', 'do not update the running app when its files change')
    .option('--verbose', "print the runtime's own log")
    .action((options: StartOptions) => start(options, terminal));
}

/** @throws InvalidArgumentError */
function addParameter(
  text: string,
  others: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value] = /^([A-Za-z0-9]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('a parameter is written as Name=value.');
  }
  return { ...others, [name]: value };
}

async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const startedAt = performance.now();
  const interruption = listenForInterruption();
  const { signal } = interruption;
  const { context } = options;
  await checkStart({
    stateFolder: options.state,
    port: options.port,
    ephemeral: options.ephemeral ?? false,
    ...(options.assembly === undefined ? {} : { assembly: options.assembly }),
  });
  const sources = options.watch && options.assembly === undefined ? readSources() : undefined;
  const assembly =
    options.assembly ?? (await synthesize(SYNTHESIS_FOLDER, terminal, { context, signal }));
  await preparePython(SHARED_PYTHON_FOLDER, terminal, signal);
  const runtime = await runRuntime(
    {
      ...options,
      accounts: options.account,
      parameters: options.parameter,
      assembly,
      pythonFolder: SHARED_PYTHON_FOLDER,
      signal,
    },
    terminal,
  );
  reportRuntime(runtime, terminal);
  await reportImages(assembly, options.containers, terminal);
  terminal.print(`${bold('Ready')} after ${seconds(performance.now() - startedAt)}`);
  terminal.print(`  export AWS_ENDPOINT_URL=${runtime.endpoint}`);
  printAccounts(runtime, terminal);
  printSites(runtime, options, terminal);
  const environment = options.assembly === undefined ? environmentOf(context) : 'dev';
  for (const project of await listProjects(connect({ endpoint: runtime.endpoint }), environment)) {
    const uploads = `s3://${project.bucket}/${project.incomingPrefix}`;
    terminal.print(`  ${project.project}: put data into ${uploads}`);
  }
  terminal.print(dim('  Ctrl-C stops it; what runs continues at the next start.'));
  const endWatch = beginWatch({ runtime, assembly, context, sources, signal, terminal });
  await interruption.asked;
  await terminal.during('Stop', () => Promise.all([endWatch(), runtime.stop()]));
  process.exit();
}

/** Where the digest of the synthesized sources is kept. */
const SYNTHESIS_FOLDER = '.stepmill';

interface Watched {
  readonly runtime: Runtime;
  readonly assembly: string;
  readonly context: readonly string[];
  /** Undefined where nothing is watched. */
  readonly sources: Sources | undefined;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** Says whether changes of files reach the running app. */
function beginWatch({ sources, ...watched }: Watched): () => Promise<void> {
  const { terminal } = watched;
  if (sources !== undefined && canWatch()) {
    terminal.print(dim('  Changes of projects, scripts, handlers and workflows update it.'));
    return watchApp({ ...watched, sources, stateFolder: SYNTHESIS_FOLDER });
  }
  terminal.print(dim('  Changes of files do not update it (docs/local.md).'));
  return async () => {};
}
