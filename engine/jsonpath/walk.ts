import type { Json } from '../json.ts';
import { runtimeError } from '../states-error.ts';

/**
 * How many nodes one evaluation of a path may visit: `$..*` of the largest input visits every one of its
 * nodes a few times, `$..a..a..a..a` of a deep one would visit billions. AWS documents no limit; there an
 * evaluation ends with the time of its state.
 */
const MAXIMUM_VISITS = 500_000;

/** One evaluation of a path: the document it began with, and the work done so far. */
export class Walk {
  readonly root: Json;
  #visits = 0;

  constructor(root: Json) {
    this.root = root;
  }

  /** @throws StatesError */
  visit(nodes: number): void {
    this.#visits += nodes;
    if (this.#visits <= MAXIMUM_VISITS) return;
    throw runtimeError(
      `The JSONPath evaluation was ended because it visited more than ${MAXIMUM_VISITS} nodes. Name members instead of '..' where several follow one another.`,
    );
  }
}
