import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** What the synthesized templates depend on; the runtime itself is not among them. */
const INPUTS = [
  'cdk.json',
  'package-lock.json',
  'stepmill.config.ts',
  'api',
  'console',
  'engine/validation',
  'definition',
  'events',
  'handlers',
  'infra',
  'monitoring',
  'operations',
  'projects',
  'workflows',
];

/** Outputs of Python and of tests, and what editors write beside a file. */
const NOT_A_SOURCE = /\.test\.tsx?$|\.pyc$|~$|\.tmp$|^\.|^4913$/;
const NOT_A_FOLDER = new Set(['__pycache__', 'dist', 'node_modules', '__snapshots__']);

interface KnownFile {
  /** Size, time and number of the file: as long as they are the same, so is the content. */
  readonly stamp: string;
  readonly digest: string;
}

/** The sources of the app in the current folder at one moment. */
export interface Sources {
  /** By path. */
  readonly files: ReadonlyMap<string, KnownFile>;
  /** Every folder with sources, those for new files included. */
  readonly folders: readonly string[];
}

/**
 * Reads the sources of an app.
 *
 * @param known what does not have to be read again
 * @param app the folder of the app
 */
export function readSources(known?: Sources, app = '.'): Sources {
  const found = { files: new Map<string, KnownFile>(), folders: ['.'] };
  for (const input of INPUTS) {
    const stats = statSync(join(app, input), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) addFolder(found, { app, path: input, known });
    if (stats?.isFile() === true) addFile(found, { app, path: input, known });
  }
  return found;
}

interface Found {
  readonly files: Map<string, KnownFile>;
  readonly folders: string[];
}

interface Place {
  readonly app: string;
  readonly path: string;
  readonly known: Sources | undefined;
}

function addFolder(found: Found, place: Place): void {
  const entries = ignoreGone(() =>
    readdirSync(join(place.app, place.path), { withFileTypes: true }),
  );
  found.folders.push(place.path);
  for (const entry of entries ?? []) {
    const inner = { ...place, path: join(place.path, entry.name) };
    if (entry.isDirectory() && !NOT_A_FOLDER.has(entry.name)) addFolder(found, inner);
    if (entry.isFile() && !NOT_A_SOURCE.test(entry.name)) addFile(found, inner);
  }
}

function addFile({ files }: Found, { app, path, known }: Place): void {
  ignoreGone(() => {
    const { size, mtimeMs, ino } = statSync(join(app, path));
    const stamp = `${size} ${mtimeMs} ${ino}`;
    const before = known?.files.get(path);
    const isKnown = before?.stamp === stamp;
    files.set(path, {
      stamp,
      digest: isKnown ? before.digest : digestOf(readFileSync(join(app, path))),
    });
  });
}

/** What has gone since its folder was listed is left out. */
function ignoreGone<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** The paths of files with other contents, new ones and those that are gone. */
export function changedSources(former: Sources, current: Sources): readonly string[] {
  const paths = new Set([...former.files.keys(), ...current.files.keys()]);
  return [...paths]
    .filter((path) => former.files.get(path)?.digest !== current.files.get(path)?.digest)
    .sort();
}

/** One digest of all sources, and of the settings of the synthesis. */
export function digestOfSources({ files }: Sources, settings: readonly string[]): string {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  return digestOf(JSON.stringify([settings, sorted.map(([path, { digest }]) => [path, digest])]));
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * What only the code of handlers is made of: templates have routes and scopes of `api/`, but no schemas, and the console
 * has its client and rules.
 */
const HANDLER_CODE = ['handlers', 'operations', join('api', 'schemas')];

/** Whether it is part of the code of functions. */
export function isOfHandler(path: string): boolean {
  return HANDLER_CODE.some((folder) => isBelow(folder, path));
}

/** Whether only one project or the code of handlers depends on a source; all others concern the whole app. */
export function isOfOneProjectOrHandler(path: string): boolean {
  return isBelow('projects', path) || isOfHandler(path);
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(`${folder}${sep}`);
}
