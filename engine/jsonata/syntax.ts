import jsonata from 'jsonata';

/** A node of the tree that the jsonata package parses an expression into; the package's types declare only a part of it. */
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
  readonly definition: string;
  validate(args: readonly unknown[], context: unknown): unknown[];
}

/** The maximum depth of a tree, so that later recursions over it, mainly the compiler's, fit the call stack. */
const MAXIMUM_TREE_LEVELS = 2_000;

/**
 * The package parses a text in one piece, of up to half a microsecond for each character: so many take less than
 * a tenth of a second. AWS documents no limit but that of the whole definition.
 */
const MAXIMUM_CHARACTERS = 128 * 1_024;

/** An expression is longer than this engine parses. */
class ExpressionTooLong extends Error {
  override readonly name = 'ExpressionTooLong';

  constructor(length: number) {
    super(
      `The expression has ${length} characters, and stepmill parses at most ${MAXIMUM_CHARACTERS}`,
    );
  }
}

/**
 * Parses as AWS does: the package is pinned to version 2.0.6, which Step Functions runs
 * (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
 *
 * @throws ExpressionTooLong
 * @throws RangeError for an expression that is nested too deeply to compile
 * @throws the jsonata package's error if the text is not an expression
 */
export function parseSyntax(text: string): SyntaxNode {
  if (text.length > MAXIMUM_CHARACTERS) throw new ExpressionTooLong(text.length);
  const tree = jsonata(text).ast() as unknown as SyntaxNode;
  assertDepth(tree, 0);
  return tree;
}

function assertDepth(node: unknown, depth: number): void {
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return;
  if (depth > MAXIMUM_TREE_LEVELS) throw new RangeError('The expression is nested too deeply');
  for (const child of Object.values(node)) assertDepth(child, depth + 1);
}
