import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  compareWithImages,
  findPythonEnvironment,
  inspectPythonHost,
  type PythonEnvironment,
  silentLogger,
} from '../../local/index.ts';
import { SHARED_PYTHON_FOLDER } from '../runtime/run-runtime.ts';
import { DEFAULT_PORT, parsePort } from '../runtime/runtime-options.ts';
import { green, red, type Terminal, yellow } from '../terminal/terminal.ts';

/** What a check found: `bad` stops the product from working, `unsure` does not. */
interface Finding {
  readonly state: 'good' | 'unsure' | 'bad';
  readonly text: string;
}

interface DoctorOptions {
  readonly port: number;
}

const signs = { good: green('✓'), unsure: yellow('!'), bad: red('✗') } as const;

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('Check that this machine has what it takes, and say how to fix what it lacks.')
    .option('--port <number>', 'the port that the runtime shall have', parsePort, DEFAULT_PORT)
    .action(async ({ port }: DoctorOptions) => {
      const findings = [checkNode(), await checkPython(), await checkPort(port), checkDisk()];
      for (const { state, text } of findings) terminal.print(`${signs[state]} ${text}`);
      if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1;
    });
}

const OLDEST_NODE = [20, 19] as const;

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isNewEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return isNewEnough
    ? { state: 'good', text: `Node.js ${process.versions.node}` }
    : {
        state: 'bad',
        text: `Node.js ${process.versions.node} is too old: install ${oldestMajor}.${oldestMinor} or later.`,
      };
}

async function checkPython(): Promise<Finding> {
  try {
    const environment = await findPythonEnvironment({ folder: SHARED_PYTHON_FOLDER });
    if (environment === undefined) {
      return {
        state: 'unsure',
        text: 'The Python environment is not built yet: "npm start" or "npm run demo" builds it (a minute or two, once).',
      };
    }
    const libraries = Object.entries(environment.libraries)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
    const notes = [
      ...environment.warnings,
      ...describeDifferences(environment),
      await describeContainerPaths(),
    ];
    return {
      state: environment.warnings.length === 0 ? 'good' : 'unsure',
      text: [
        `Python ${environment.pythonVersion} (${environment.origin}, ${environment.interpreter}): ${libraries}`,
        ...notes,
      ].join('\n    '),
    };
  } catch (error) {
    return { state: 'bad', text: error instanceof Error ? error.message : String(error) };
  }
}

/** One line an image: what jobs will find in another version than on AWS. */
function describeDifferences(environment: PythonEnvironment): readonly string[] {
  const differences = compareWithImages(environment);
  const images = new Set(differences.map(({ image }) => image));
  return [...images].map((image) => {
    const list = differences
      .filter((difference) => difference.image === image)
      .map(({ library, inImage, here }) =>
        here === undefined ? `no ${library} (${inImage})` : `${library} ${here} (${inImage})`,
      );
    return `Differs from the image ${image}, whose version is in brackets: ${list.join(', ')}`;
  });
}

async function describeContainerPaths(): Promise<string> {
  const { containerPaths, reason } = await inspectPythonHost({
    environmentFolder: SHARED_PYTHON_FOLDER,
    logger: silentLogger,
  });
  return containerPaths === 'namespace'
    ? 'Scripts see their own /opt/ml'
    : `Scripts see /opt/ml only in arguments and variables, not where they spell it out: ${reason}`;
}

function checkPort(port: number): Promise<Finding> {
  const server = createServer();
  return new Promise((resolveFinding) => {
    server.once('error', () => {
      resolveFinding({
        state: 'unsure',
        text: `Port ${port} is in use: a runtime may be running there already. Choose another with --port.`,
      });
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => resolveFinding({ state: 'good', text: `Port ${port} is free` }));
    });
  });
}

/** The Python environment takes most of it. */
const NEEDED_DISK_BYTES = 2_000_000_000;

function checkDisk(): Finding {
  const { bavail, bsize } = statfsSync(resolve('.'));
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(1)} GB of disk are free`;
  return free >= NEEDED_DISK_BYTES
    ? { state: 'good', text }
    : {
        state: 'bad',
        text: `${text}; at least ${NEEDED_DISK_BYTES / 1e9} GB are needed. Free some space.`,
      };
}
