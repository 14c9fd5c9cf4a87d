import { existsSync, rmSync } from 'node:fs';
import { lockStateFolder } from '../../local/index.ts';

/** Every demonstration begins with an empty AWS; a running one is left alone. @throws StateFolderInUse */
export function forgetState(state: string): void {
  if (!existsSync(state)) return;
  lockStateFolder(state).release();
  rmSync(state, { recursive: true, force: true });
}
