import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A file of a folder. */
export interface DataFile {
  /** On this machine. */
  readonly file: string;
  /** Below the folder, with `/` between its parts. */
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * The files of a folder that are data, in the order in which S3 lists them. Empty files are left out, and names that
 * begin with `_` or `.`, which Spark, Hive and Athena leave out, too.
 *
 * @param marker the name of the file that closes the folder, which is no data
 */
export function listDataFiles(folder: string, marker?: string): readonly DataFile[] {
  return [...walk(folder)]
    .map((file) => ({
      file,
      path: relative(folder, file).split(sep).join('/'),
      sizeBytes: statSync(file).size,
    }))
    .filter(({ path, sizeBytes }) => sizeBytes > 0 && path.split('/').at(-1) !== marker)
    .toSorted((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (/^[_.]/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (isFile(entry, path)) yield path;
  }
}

/** A link to a file is one; a link to a folder is not followed, since it may lead back. */
function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether there is a folder of the name. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
