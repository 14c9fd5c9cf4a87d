import type { Command } from 'commander';
import { checkStart } from '../../local/index.ts';
import { connect } from '../connection/connection.ts';
import { listProjects } from '../project/project-resources.ts';
import {
  preparePython,
  reportRuntime,
  runRuntime,
  SHARED_PYTHON_FOLDER,
} from '../runtime/run-runtime.ts';
import { type RuntimeCommandOptions, withRuntimeOptions } from '../runtime/runtime-options.ts';
import { synthesize } from '../runtime/synthesize.ts';
import { listenForInterruption } from '../terminal/interruption.ts';
import { bold, dim, seconds, type Terminal } from '../terminal/terminal.ts';

interface StartOptions extends RuntimeCommandOptions {
  readonly assembly?: string;
  readonly ephemeral?: boolean;
  readonly throttle?: boolean;
  readonly verbose?: boolean;
}

export function addStart(program: Command, terminal: Terminal): void {
  withRuntimeOptions(program.command('start'), { speed: 1, state: '.stepmill' })
    .description('Run the app on this machine until interrupted.')
    .option('--assembly <folder>', 'run this synthesized app instead of the one in this folder')
    .option('--ephemeral', 'keep nothing when it ends')
    .option(
      '--throttle',
      "refuse requests beyond AWS's quotas for Step Functions' busiest operations",
    )
    .option('--verbose', "print the runtime's own log")
    .action((options: StartOptions) => start(options, terminal));
}

async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const startedAt = performance.now();
  const interruption = listenForInterruption();
  const { signal } = interruption;
  await checkStart({
    stateFolder: options.state,
    port: options.port,
    ephemeral: options.ephemeral ?? false,
  });
  const assembly = options.assembly ?? (await synthesize('.stepmill', terminal, { signal }));
  await preparePython(SHARED_PYTHON_FOLDER, terminal, signal);
  const runtime = await runRuntime(
    { ...options, assembly, pythonFolder: SHARED_PYTHON_FOLDER, signal },
    terminal,
  );
  reportRuntime(runtime, terminal);
  terminal.print(`${bold('Ready')} after ${seconds(performance.now() - startedAt)}`);
  terminal.print(`  export AWS_ENDPOINT_URL=${runtime.endpoint}`);
  for (const project of await listProjects(connect({ endpoint: runtime.endpoint }), 'dev')) {
    const uploads = `s3://${project.bucket}/${project.incomingPrefix}`;
    terminal.print(`  ${project.project}: put data into ${uploads}`);
  }
  terminal.print(dim('  Ctrl-C stops it; what runs continues at the next start.'));
  await interruption.asked;
  await terminal.during('Stop', () => runtime.stop());
  process.exit();
}
