import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { cleanPath, type IgnoreRule, pathExpression, readIgnoreFile } from '../dockerfile/index.ts';
import { changedMode } from './file-mode.ts';
import type { CopyStep } from './plan.ts';
import { resolveInRoot } from './root-folder.ts';

/** Where files come from: the build context with its `.dockerignore`, or the root of an earlier stage. */
export interface Origin {
  readonly folder: string;
  readonly isIgnored: IgnoreRule;
  /** For messages: `the build context`. */
  readonly name: string;
}

/** Unpacks an archive into a folder; false if the file is none. */
export type Unpack = (archive: string, folder: string) => Promise<boolean>;

/**
 * Copies as COPY and ADD do: the content of a folder, not the folder; owners are not kept.
 * https://docs.docker.com/reference/dockerfile/#copy
 *
 * @param root the folder of the image
 * @throws RangeError for a source that does not exist, and several sources for what is not a folder
 */
export async function copyFiles(
  step: CopyStep,
  root: string,
  { origin, unpack }: { readonly origin: Origin; readonly unpack: Unpack },
): Promise<void> {
  const sources = step.sources.flatMap((source) => findSources(source, origin));
  const count = sources.length + step.inline.length;
  if (count > 1 && !step.destination.endsWith('/') && step.destination !== '/') {
    throw new RangeError(
      `several files are copied to ${step.destination}, which needs a slash at its end to be a folder`,
    );
  }
  for (const { content, name } of step.inline) {
    const place = placeFor(root, step.destination, name);
    writeFileSync(place, content);
    applyMode(place, step.mode);
  }
  for (const source of sources) await copySource(source, { step, root, origin, unpack });
}

interface Copying {
  readonly step: CopyStep;
  readonly root: string;
  readonly origin: Origin;
  readonly unpack: Unpack;
}

interface Source {
  /** Relative to the origin. */
  readonly path: string;
  /** What of the path is repeated with `--parents`. */
  readonly parents: string;
}

async function copySource(source: Source, copying: Copying): Promise<void> {
  const { origin, root, step, unpack } = copying;
  const from = resolveInRoot(origin.folder, source.path);
  const destination = step.parents
    ? posix.join(step.destination, posix.dirname(source.parents), '/')
    : step.destination;
  const isExcluded = readIgnoreFile(step.exclude.join('\n'));
  if (statSync(from).isDirectory()) {
    const folder = step.parents ? posix.join(destination, basename(source.path)) : destination;
    const keep = (path: string) =>
      !isExcluded(path) && !origin.isIgnored(posix.join(source.path, path));
    copyTree(from, resolveInRoot(root, folder), { keep, mode: step.mode });
    return;
  }
  if (isExcluded(basename(source.path))) return;
  if (step.unpack) {
    const folder = resolveInRoot(root, destination);
    if (await unpack(from, folder)) return;
  }
  const place = placeFor(root, destination, basename(source.path));
  copyFile(from, place);
  applyMode(place, step.mode);
}

/** The place of a file: within the destination if that is a folder, else the destination itself. */
function placeFor(root: string, destination: string, name: string): string {
  const place = resolveInRoot(root, destination);
  const isFolder =
    destination.endsWith('/') || (existsSync(place) && statSync(place).isDirectory());
  const path = isFolder ? join(place, name) : place;
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

interface TreeOptions {
  /** Whether a path, relative to the folder, is copied. */
  readonly keep: (path: string) => boolean;
  readonly mode: string | undefined;
}

/** Copies what a folder contains into another one, which it creates. */
export function copyTree(from: string, to: string, { keep, mode }: TreeOptions): void {
  makeFolder(to);
  const open = [''];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const entry of readdirSync(join(from, parent), { withFileTypes: true })) {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      if (!keep(path)) continue;
      const place = join(to, path);
      makeFolder(dirname(place));
      if (entry.isDirectory()) makeFolder(place);
      else if (entry.isFile() || entry.isSymbolicLink()) copyFile(join(from, path), place);
      if (!entry.isSymbolicLink()) applyMode(place, mode);
    }
  }
}

function makeFolder(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isFile() === true)
    throw new RangeError(`${path} is a file and cannot become a folder`);
  mkdirSync(path, { recursive: true });
}

/** Links are copied as links. A link at the destination is replaced, so that nothing is written where it leads. */
function copyFile(from: string, to: string): void {
  const there = lstatSync(to, { throwIfNoEntry: false });
  if (there?.isDirectory() === true)
    throw new RangeError(`${to} is a folder and cannot become a file`);
  if (there !== undefined) rmSync(to);
  const source = lstatSync(from);
  if (source.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
    return;
  }
  copyFileSync(from, to);
  // The runtime must be able to read and remove it.
  chmodSync(to, (source.mode & 0o777) | 0o600);
}

export function applyMode(path: string, mode: string | undefined): void {
  const there = mode === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (mode === undefined || there === undefined) return;
  const isFolder = there.isDirectory();
  const changed = changedMode(mode, there.mode & 0o7777, isFolder) & 0o777;
  chmodSync(path, changed | (isFolder ? 0o700 : 0o600));
}

const WILDCARD = /[*?[\\]/;

function findSources(source: string, origin: Origin): readonly Source[] {
  const [before = '', after] = source.split('/./');
  const path = cleanPath(source);
  const parents = after === undefined ? path : cleanPath(after);
  if (!WILDCARD.test(path)) {
    assertThere(path, origin);
    return [{ path, parents }];
  }
  const skipped = after === undefined ? 0 : cleanPath(before).length + 1;
  const found = findMatches(path, origin);
  if (found.length === 0) throw new RangeError(`no file of ${origin.name} matches ${source}`);
  return found.map((match) => ({ path: match, parents: match.slice(skipped) }));
}

function assertThere(path: string, { folder, isIgnored, name }: Origin): void {
  const isThere = existsSync(resolveInRoot(folder, path));
  if (isThere && (path === '' || !isIgnored(path) || isFolderWithKept(path, folder, isIgnored)))
    return;
  const reason = isThere ? ': .dockerignore leaves it out' : '';
  throw new RangeError(`${path} is not in ${name}${reason}`);
}

/** A pattern with `!` may take a part of an ignored folder in again. */
function isFolderWithKept(path: string, folder: string, isIgnored: IgnoreRule): boolean {
  const place = resolveInRoot(folder, path);
  if (!statSync(place).isDirectory()) return false;
  return readdirSync(place, { recursive: true }).some(
    (entry) => !isIgnored(`${path}/${String(entry)}`),
  );
}

/** Matches part by part, so that only folders on the way are read. */
function findMatches(pattern: string, { folder, isIgnored }: Origin): readonly string[] {
  let found = [''];
  for (const part of pattern.split('/')) {
    const expression = new RegExp(`^${pathExpression(part)}$`, 'su');
    found = found.flatMap((parent) =>
      entriesOf(resolveInRoot(folder, parent))
        .filter((name) => expression.test(name))
        .map((name) => (parent === '' ? name : `${parent}/${name}`)),
    );
  }
  return found.filter((path) => !isIgnored(path)).sort();
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A file on the way.
    return [];
  }
}
