import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The real time in which what was begun with the work has ended too. */
const CALM_MS = 2_000;

/**
 * The real time after which a collection makes V8's room for new objects smaller: it does so if less than one megabyte
 * a second was allocated in the last five seconds (`ReduceNewSpaceSize`, later `ShouldResizeNewSpace`, in
 * https://github.com/v8/v8/blob/main/src/heap/heap.cc).
 */
const QUIET_MS = 5_500;

type Collect = (options?: { readonly type: 'minor' }) => void;

let collect: Collect | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * Gives memory back to the system some time after work that needed much of it once. V8 collects only when it needs
 * memory itself, so that without this an idle runtime keeps some sixty megabytes of what provisioning left.
 */
export function releaseMemorySoon(): void {
  afterwards(CALM_MS, () => {
    collector()();
    // The first of the two only finds out that little is allocated now. Each takes a few milliseconds.
    afterwards(QUIET_MS, () => {
      collector()({ type: 'minor' });
      afterwards(CALM_MS, () => collector()({ type: 'minor' }));
    });
  });
}

function afterwards(milliseconds: number, work: () => void): void {
  clearTimeout(timer);
  timer = setTimeout(work, milliseconds);
  timer.unref();
}

/** Node has no function for this without its option `--expose-gc`. */
function collector(): Collect {
  if (collect !== undefined) return collect;
  setFlagsFromString('--expose-gc');
  collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
