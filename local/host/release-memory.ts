import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The real time in which what was begun with the work has ended too. */
const CALM_MS = 2_000;

let collect: (() => void) | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * Gives memory back to the system some time after work that needed much of it once. V8 collects only when it needs
 * memory itself, so that without this an idle runtime keeps some thirty megabytes of what provisioning left.
 */
export function releaseMemorySoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    collect ??= findCollector();
    collect();
  }, CALM_MS);
  timer.unref();
}

/** Node has no function for this without its option `--expose-gc`. */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const found = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return found;
}
