/**
 * A parsed JSONPath. Paths of the Amazon States Language follow Jayway JsonPath, with three roots: the state's
 * input (`$`), the context object (`$$`) and a variable (`$name`).
 */
export interface JsonPath {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
}

/** `current` is the `@` of a filter: the node under test. */
export type PathRoot =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'current' };

/**
 * One step from a set of nodes to the next.
 *
 * - `properties` holds one name (`.a`, `['a']`) or several (`['a','b']`).
 * - `indexes` holds one index (`[0]`, `[-1]`) or several (`[0,1]`).
 * - `descendants` is `..`: every node at or below the current ones, to which the following step applies.
 */
export type PathStep =
  | { readonly kind: 'properties'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'filter'; readonly predicate: FilterPredicate };

/** The filter between `[?(` and `)]`. */
export type FilterPredicate =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterPredicate[] }
  | { readonly kind: 'not'; readonly operand: FilterPredicate }
  | { readonly kind: 'exists'; readonly value: FilterValue }
  | {
      readonly kind: 'compare';
      readonly operator: FilterOperator;
      readonly left: FilterValue;
      readonly right: FilterValue;
    };

/** Comparison operators, longest first, so that a scanner can try them in order. */
export const filterOperators = [
  '===',
  '!==',
  '==',
  '!=',
  '<=',
  '>=',
  '=~',
  '<',
  '>',
  'subsetof',
  'noneof',
  'contains',
  'anyof',
  'empty',
  'size',
  'type',
  'nin',
  'all',
  'in',
] as const;

export type FilterOperator = (typeof filterOperators)[number];

export type FilterValue =
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string };

/** A path is definite if it selects at most one node; several names at its end give one object. */
export function isDefinite({ steps }: JsonPath): boolean {
  return steps.every(
    (step, at) => isDefiniteStep(step) || (step.kind === 'properties' && at === steps.length - 1),
  );
}

/** Several names before the end of a path, which find nothing on AWS: `$['a','b'].c`. */
export function isInnerGroup(step: PathStep, at: number, steps: readonly PathStep[]): boolean {
  return step.kind === 'properties' && step.names.length > 1 && at < steps.length - 1;
}

/** Reference paths have only single names and single indexes, so a value can be written to them. */
export function isReferencePath(path: JsonPath): boolean {
  return path.steps.every(
    (step) =>
      (step.kind === 'properties' && step.names.length === 1) ||
      (step.kind === 'indexes' && step.indexes.length === 1),
  );
}

/** Whether the step selects at most one node for each node, at any place of a path. */
export function isDefiniteStep(step: PathStep): boolean {
  switch (step.kind) {
    case 'properties':
      return step.names.length === 1;
    case 'indexes':
      return step.indexes.length === 1;
    case 'slice':
    case 'wildcard':
    case 'descendants':
    case 'filter':
      return false;
  }
}
