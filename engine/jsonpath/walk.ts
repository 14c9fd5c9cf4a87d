import type { Effort } from '../effort.ts';
import { MAXIMUM_STEPS } from '../effort.ts';
import type { Json } from '../json.ts';
import { runtimeError } from '../states-error.ts';

/**
 * One evaluation of a path: its document and the steps so far. `$..*` of the largest input visits every node a few
 * times, `$..a..a..a..a` of a deep one would visit billions. AWS documents no limit; there the time of the state
 * limits an evaluation.
 */
export class Walk {
  readonly root: Json;
  readonly #effort: Effort;

  constructor(root: Json, effort: Effort) {
    this.root = root;
    this.#effort = effort;
  }

  /** @throws StatesError */
  visit(nodes: number): void {
    if (this.#effort.spend(nodes)) return;
    throw runtimeError(
      `The JSONPath evaluation takes too many steps, more than ${MAXIMUM_STEPS} together with the other expressions of its state. Replace several '..' in one path by member names.`,
    );
  }
}
