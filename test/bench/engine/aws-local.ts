import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Workload } from './definitions.ts';
import type { Round } from './rate.ts';

const run = promisify(execFile);

const PACKAGE = 'aws-local-stepfunctions';
const VERSION = '3.0.0';
const FOLDER = resolve('.stepmill/bench-peers', `${PACKAGE}-${VERSION}`);
/** The entry point of the package. */
const MODULE = join(FOLDER, 'node_modules', PACKAGE, 'build', 'main.node.esm.js');

/** The part of the library that is measured. */
interface Library {
  readonly StateMachine: new (
    definition: object,
  ) => { run(input: object): { readonly result: Promise<unknown> } };
}

/**
 * Installs aws-local-stepfunctions into its own folder, because it requires a newer Node.js than this project.
 *
 * @returns its rounds; it keeps no history
 * @throws if no package registry is reachable
 */
export async function installAwsLocal(): Promise<(workload: Workload, atATime?: number) => Round> {
  if (!existsSync(MODULE)) {
    mkdirSync(FOLDER, { recursive: true });
    const options = ['--prefix', FOLDER, '--no-audit', '--no-fund', '--loglevel', 'error'];
    await run('npm', ['install', ...options, `${PACKAGE}@${VERSION}`]);
  }
  const { StateMachine } = (await import(pathToFileURL(MODULE).href)) as Library;
  return (workload, atATime = 1) => {
    const machine = new StateMachine(workload.definition);
    const input = workload.input(false);
    return async () => {
      const runs = Array.from({ length: atATime }, () => machine.run(input).result);
      await Promise.all(runs);
      return atATime * workload.entries(false);
    };
  };
}
