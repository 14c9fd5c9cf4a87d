import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder } from '../remove-folder.ts';

export const run = promisify(execFile);

/** The folders of a checkout, and of its parts, that are not sources. */
const NOT_SOURCES = new Set(['.git', '.stepmill', 'cdk.out', 'coverage', 'dist', 'node_modules']);

/** A new project with the packages installed from their tarballs. */
export interface Consumer {
  readonly folder: string;
  /** Writes a file of the project. */
  write(name: string, text: string): Promise<void>;
  /** Runs a JavaScript program in the folder of the project, and returns its output. */
  node(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Packs the packages as `npm pack` does, in a copy of the checkout, because other tests use its `dist/`, and installs
 * them into an empty folder.
 */
export async function installPackages(...names: readonly PackageName[]): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'consumer-'));
  const sources = await copySources();
  const tarballs: string[] = [];
  for (const name of names) tarballs.push(await pack(join(sources, FOLDERS[name])));
  const consumer = consumerIn(folder);
  await consumer.write('package.json', '{"name":"consumer","private":true}');
  await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs);
  await rm(sources, { recursive: true });
  return consumer;
}

export type PackageName = 'stepmill' | 'stepmill-testing';

const FOLDERS: Readonly<Record<PackageName, string>> = {
  stepmill: '.',
  'stepmill-testing': 'packaging/stepmill-testing',
};

async function copySources(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'sources-'));
  for (const name of await readdir('.')) {
    if (NOT_SOURCES.has(name)) continue;
    const filter = (path: string) => !NOT_SOURCES.has(basename(path));
    await cp(name, join(copy, name), { recursive: true, filter });
  }
  await symlink(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}

async function pack(folder: string): Promise<string> {
  const { stdout } = await npm(folder, 'pack', '--json');
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string }];
  return join(folder, filename);
}

function npm(cwd: string, ...args: readonly string[]) {
  return run('npm', args, { cwd, maxBuffer: 50_000_000 });
}

function consumerIn(folder: string): Consumer {
  return {
    folder,
    write: (name, text) => writeFile(join(folder, name), text),
    async node(...args) {
      const ended = await run(process.execPath, args, { cwd: folder }).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      return `${ended.stdout}${ended.stderr}`;
    },
    remove: () => removeFolder(folder),
  };
}

/** Lets the project use packages of the checkout that test the installed packages. */
export async function lend({ folder }: Consumer, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(folder, 'node_modules', name, '..'), { recursive: true });
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
}

/** The size of a folder, in bytes. */
export async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await run('du', ['--summarize', '--bytes', folder]);
  return Number.parseInt(stdout, 10);
}

/** Outside node_modules, which `npm ci` removes, as in python-programs.ts. */
const CACHES = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const PROGRAMS = join(CACHES, 'stepmill', 'test-programs');

/** Installs the packages of a folder's lock file, once per content of the file. @returns its node_modules */
export async function prepareNodePrograms(folder: string): Promise<string> {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const installed = join(PROGRAMS, `${basename(folder)}-${digest}`);
  if (!existsSync(installed)) {
    const partial = `${installed}.${process.pid}`;
    await cp(folder, partial, { recursive: true });
    await npm(partial, 'ci', '--prefer-offline', '--no-audit', '--no-fund');
    // Another checkout may have installed the same packages.
    await rename(partial, installed).catch(() => rm(partial, { recursive: true }));
  }
  return join(installed, 'node_modules');
}
