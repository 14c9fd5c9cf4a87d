import { createHash, type Hash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { IgnoreRule } from '../dockerfile/index.ts';

/** More belongs into S3 and not into an image; found at once where a context is a home folder. */
const MAX_FILES = 100_000;

/** A file or folder of the build context, relative to it. */
export interface ContextEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
}

/**
 * Everything in the build context that `.dockerignore` leaves in, in order. A folder that is ignored is entered all the
 * same: a later pattern may take some of it in again.
 *
 * @throws RangeError for a context with very many files
 */
export function listContext(folder: string, isIgnored: IgnoreRule): readonly ContextEntry[] {
  const entries: ContextEntry[] = [];
  const open = [''];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const entry of readFolder(join(folder, parent))) {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      const kind = kindOf(entry);
      if (kind === undefined || isIgnored(path)) continue;
      entries.push({ path, kind });
      if (entries.length > MAX_FILES) {
        throw new RangeError(
          `the build context ${folder} has more than ${MAX_FILES} files. Name what the image does not need in .dockerignore`,
        );
      }
    }
  }
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function readFolder(path: string): readonly Dirent[] {
  return readdirSync(path, { withFileTypes: true });
}

/** Sockets and pipes are not copied by any builder. */
function kindOf(entry: Dirent): ContextEntry['kind'] | undefined {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : undefined;
}

/** Adds the entries with their content and the executable bit, but not their times. */
export function hashContext(hash: Hash, folder: string, entries: readonly ContextEntry[]): void {
  for (const { kind, path } of entries) {
    const place = join(folder, path);
    const mode = kind === 'link' ? 0 : lstatSync(place).mode & 0o777;
    hash.update(JSON.stringify([path, kind, mode]));
    if (kind === 'file') hash.update(createHash('sha256').update(readFileSync(place)).digest());
    if (kind === 'link') hash.update(readlinkSync(place));
  }
}
