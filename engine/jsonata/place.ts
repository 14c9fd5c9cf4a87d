import type { Evaluate } from './callable.ts';
import type { SyntaxNode } from './syntax.ts';

/** The position of a node: AWS limits the nesting depth of evaluations. */
export interface Place {
  readonly depth: number;
  /** Inside a lambda, the depth of the call is added, so the depth is checked at run time. */
  readonly inLambda: boolean;
  /** Compiles a node below this one. */
  readonly compile: (node: SyntaxNode, place: Place) => Evaluate;
}

export function inside(place: Place): Place {
  return { ...place, depth: place.depth + 1 };
}

export function must<T>(value: T | undefined): T {
  if (value === undefined)
    throw new TypeError('The jsonata package returned an incomplete syntax tree.');
  return value;
}
