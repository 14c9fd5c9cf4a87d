import { JsonataFault } from './fault.ts';
import type { Frame } from './frame.ts';
import { mergeSort } from './merge-sort.ts';
import { inside, must, type Place } from './place.ts';
import type { SyntaxNode } from './syntax.ts';
import { frameOf, type Tuple } from './tuple.ts';
import type { Sequence } from './values.ts';

/** The steps for evaluating a term for two items and comparing the values. */
const STEPS_A_TERM = 2;

/** The order-by operator `^(…)`. */
export function compileSort(
  node: SyntaxNode,
  place: Place,
): (input: Sequence, frame: Frame) => Sequence {
  const terms = must(node.terms).map((term) => ({
    evaluate: place.compile(term.expression, inside(place)),
    descending: term.descending === true,
  }));
  return (input, frame) => {
    const tuples = input.tupleStream === true;
    const valueOf = (term: (typeof terms)[number], item: unknown) =>
      tuples
        ? term.evaluate((item as Tuple)['@'], frameOf(frame, item as Tuple))
        : term.evaluate(item, frame);
    const sorted: Sequence = mergeSort(input, (left, right) => {
      frame.evaluation.step(terms.length * STEPS_A_TERM);
      for (const term of terms) {
        const order = compareTerms(valueOf(term, left), valueOf(term, right));
        if (order !== 0) return (term.descending && Number.isFinite(order) ? -order : order) > 0;
      }
      return false;
    });
    if (tuples) sorted.tupleStream = true;
    return sorted;
  };
}

/** Undefined sorts last in both directions; the infinite results express that. */
function compareTerms(left: unknown, right: unknown): number {
  if (left === undefined) return right === undefined ? 0 : Number.POSITIVE_INFINITY;
  if (right === undefined) return Number.NEGATIVE_INFINITY;
  if (!isSortable(left) || !isSortable(right)) {
    throw new JsonataFault('T2008', { value: isSortable(left) ? right : left });
  }
  if (typeof left !== typeof right) {
    throw new JsonataFault('T2007', { value: left, value2: right });
  }
  return Number(left > right) - Number(left < right);
}

function isSortable(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
