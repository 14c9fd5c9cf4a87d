import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { lockStateFolder } from '../../local/index.ts';
import { UserError } from '../terminal/user-error.ts';

/** Below it everything is Stepmill's. */
const OWN_FOLDER = '.stepmill';
const SHOWN_ENTRIES = 3;
/** The data of a demonstration that ended before its runtime started. */
export const SYNTHETIC_DATA_FILE = 'abalone-synthetic.csv';

/**
 * Removes a state folder; that of a runtime that runs is left alone.
 *
 * @throws StateFolderInUse
 * @throws UserError where the folder holds something that no runtime wrote, or everything there is
 */
export function forgetState(folder: string): void {
  if (!existsSync(folder)) return;
  if (resolve(folder) === resolve(OWN_FOLDER)) {
    throw new UserError(
      `${folder} holds the state of "npm start" and more; a demonstration would begin by deleting it. Nothing was deleted and nothing was started. Name another folder with --state, or delete the state with "stepmill reset".`,
    );
  }
  refuseForeignFolder(folder);
  lockStateFolder(folder).release();
  rmSync(folder, { recursive: true, force: true });
}

/** @throws UserError where the folder is neither empty nor one that a runtime has written to */
export function refuseForeignFolder(folder: string): void {
  if (`${resolve(folder)}${sep}`.startsWith(`${resolve(OWN_FOLDER)}${sep}`)) return;
  const entries = readdirSync(folder).filter((entry) => entry !== SYNTHETIC_DATA_FILE);
  if (entries.length === 0 || existsSync(join(folder, 'store', 'data.mdb'))) return;
  const shown = entries.slice(0, SHOWN_ENTRIES).join(', ');
  throw new UserError(
    `${folder} is not a state folder: it holds ${shown}${entries.length > SHOWN_ENTRIES ? ' and more' : ''}, which Stepmill did not write. Nothing was deleted and nothing was started. Name an empty or a new folder with --state.`,
  );
}
