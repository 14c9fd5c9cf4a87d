import { CONTAINER_ROOT } from './container-folder.ts';

/** `/opt/ml` where it begins a path: not inside a longer path or name. */
const ROOT_IN_TEXT = new RegExp(`(?<![\\w./-])${CONTAINER_ROOT}(?![\\w-])`, 'g');

/** After a URL's `file://` the path begins too. */
const ROOT_IN_FILE_URL = new RegExp(`(?<=file://)${CONTAINER_ROOT}(?![\\w-])`, 'g');

/**
 * Puts a folder of this machine in the place of `/opt/ml` in an argument or variable, for systems
 * where a process cannot have a `/opt/ml` of its own. A path that a script spells out in its own code
 * is not reached by this; AWS's variables (`SM_…`) and arguments are.
 */
export function rewriteContainerPaths(text: string, folder: string): string {
  return text.replace(ROOT_IN_TEXT, () => folder).replace(ROOT_IN_FILE_URL, () => folder);
}
