import jsonata from 'jsonata';

/** A node of the tree that the jsonata package parses an expression into; its declared types name a part of it only. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly SyntaxNode[];
  readonly stages?: readonly SyntaxNode[];
  readonly predicate?: readonly SyntaxNode[];
  readonly expr?: SyntaxNode;
  readonly group?: {
    readonly lhs: readonly (readonly [SyntaxNode, SyntaxNode])[];
    readonly position?: number;
  };
  readonly lhs?: SyntaxNode | readonly (readonly [SyntaxNode, SyntaxNode])[];
  readonly rhs?: SyntaxNode;
  readonly expression?: SyntaxNode;
  readonly expressions?: readonly SyntaxNode[];
  readonly arguments?: readonly SyntaxNode[];
  readonly procedure?: SyntaxNode;
  readonly body?: SyntaxNode;
  readonly signature?: Signature;
  readonly thunk?: boolean;
  readonly condition?: SyntaxNode;
  readonly then?: SyntaxNode;
  readonly else?: SyntaxNode;
  readonly pattern?: SyntaxNode;
  readonly update?: SyntaxNode;
  readonly delete?: SyntaxNode;
  readonly terms?: readonly { readonly descending?: boolean; readonly expression: SyntaxNode }[];
  readonly slot?: { readonly label: string };
  readonly ancestor?: { readonly label: string };
  readonly focus?: string;
  readonly index?: string;
  readonly tuple?: boolean;
  readonly consarray?: boolean;
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
}

/** Checks and completes the arguments of a function: `<s-nn?:s>`. */
export interface Signature {
  validate(args: readonly unknown[], context: unknown): unknown[];
}

/**
 * AWS speaks JSONata 2.0.6 (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html), which
 * has neither `a ?: b` nor `a ?? b`; people found both refused:
 * https://repost.aws/questions/QUjbMZmvsUSP-L54CZCpycFg.
 *
 * @throws RangeError for an expression that is nested too deep to be compiled
 * @throws what the jsonata package throws for a text that is no expression
 */
export function parseSyntax(text: string): SyntaxNode {
  const tree = parse(text);
  const later = findLaterOperator(tree, text);
  return later === undefined ? tree : parseSyntax(splitOperator(text, later));
}

function parse(text: string): SyntaxNode {
  try {
    return jsonata(text).ast() as unknown as SyntaxNode;
  } catch (error) {
    const { position } = error as { readonly position?: unknown };
    if (typeof position !== 'number' || !endsLaterOperator(text, position)) throw error;
    return parse(splitOperator(text, position));
  }
}

/** What every later walk over a tree, the compiler's foremost, has room for in the call stack. */
const MAXIMUM_TREE_LEVELS = 2_000;

/** Where the first operator ends that only later versions have. */
function findLaterOperator(tree: unknown, text: string): number | undefined {
  const ends: number[] = [];
  collectLaterOperators(tree, text, ends, 0);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Later versions make conditions of these operators, at the same place. */
function collectLaterOperators(node: unknown, text: string, ends: number[], depth: number): void {
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return;
  if (depth > MAXIMUM_TREE_LEVELS) throw new RangeError('The expression is nested too deep');
  const { type, position } = node as SyntaxNode;
  if (type === 'condition' && position !== undefined && endsLaterOperator(text, position)) {
    ends.push(position);
  }
  for (const child of Object.values(node)) collectLaterOperators(child, text, ends, depth + 1);
}

function endsLaterOperator(text: string, end: number): boolean {
  const operator = text.slice(end - 2, end);
  return operator === '?:' || operator === '??';
}

/** Two operators, as version 2.0.6 reads them; its complaint is then the package's own. */
function splitOperator(text: string, end: number): string {
  return `${text.slice(0, end - 1)} ${text.slice(end - 1)}`;
}
