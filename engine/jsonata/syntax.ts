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

/** @throws what the jsonata package throws for a text that is no expression */
export function parseSyntax(text: string): SyntaxNode {
  const tree: unknown = jsonata(text).ast();
  restorePatterns(tree);
  return tree as SyntaxNode;
}

/**
 * For `a ?: b` and `a ?? b` the package's parser copies `a` by way of JSON, which loses the pattern of a
 * regular expression; the other copy still has it.
 */
function restorePatterns(node: unknown): void {
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return;
  const { type, condition, then } = node as SyntaxNode;
  if (type === 'condition') {
    copyPatterns(condition, then);
    copyPatterns(condition?.arguments?.[0], then);
  }
  for (const child of Object.values(node)) restorePatterns(child);
}

function copyPatterns(copy: unknown, original: unknown): void {
  if (typeof copy !== 'object' || typeof original !== 'object') return;
  if (copy === null || original === null || copy instanceof RegExp) return;
  const target = copy as Record<string, unknown>;
  for (const [key, value] of Object.entries(original)) {
    if (!(value instanceof RegExp)) copyPatterns(target[key], value);
    else if (isLostPattern(target, key)) target[key] = value;
  }
}

/** A condition with a pattern of its own, `$contains(a, /b/) ? …`, keeps it. */
function isLostPattern(node: Readonly<Record<string, unknown>>, key: string): boolean {
  return node['type'] === 'regex' && !(node[key] instanceof RegExp);
}
