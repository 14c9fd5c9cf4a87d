import { CONTAINER_ROOT } from './container-folder.ts';

/** `/opt/ml` at the start of a path, not inside a longer path or name. */
const ROOT_IN_TEXT = new RegExp(`(?<![\\w./-])${CONTAINER_ROOT}(?![\\w-])`, 'g');

/** A path also starts after `file://`. */
const ROOT_IN_FILE_URL = new RegExp(`(?<=file://)${CONTAINER_ROOT}(?![\\w-])`, 'g');

/**
 * Replaces `/opt/ml` by a folder of this machine in an argument or variable, for systems where a process
 * cannot have its own `/opt/ml`. AWS's variables (`SM_…`) and arguments are replaced, but not paths in the
 * code of a script.
 */
export function rewriteContainerPaths(text: string, folder: string): string {
  return text.replace(ROOT_IN_TEXT, () => folder).replace(ROOT_IN_FILE_URL, () => folder);
}
