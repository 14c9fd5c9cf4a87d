import type { Effort } from '../effort.ts';
import { MAXIMUM_STEPS } from '../effort.ts';
import type { Json } from '../json.ts';
import { runtimeError } from '../states-error.ts';

/**
 * One evaluation of a path: the document it began with, and the work done so far. `$..*` of the largest
 * input visits every one of its nodes a few times, `$..a..a..a..a` of a deep one would visit billions. AWS
 * documents no limit; there an evaluation ends with the time of its state.
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
      `The JSONPath evaluation takes too many steps, more than ${MAXIMUM_STEPS} together with the other expressions of its state. Name members instead of '..' where several follow one another.`,
    );
  }
}
