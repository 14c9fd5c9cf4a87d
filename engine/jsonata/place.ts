import type { Evaluate } from './callable.ts';
import type { SyntaxNode } from './syntax.ts';

/** Where a node stands: AWS counts how deep evaluations nest. */
export interface Place {
  readonly depth: number;
  /** Inside a lambda the depth of the call comes on top, so it is checked when it runs. */
  readonly inLambda: boolean;
  /** Compiles a node below this one. */
  readonly compile: (node: SyntaxNode, place: Place) => Evaluate;
}

export function inside(place: Place): Place {
  return { ...place, depth: place.depth + 1 };
}

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('The jsonata package gave an incomplete tree.');
  return value;
}
