/** The names outside itself that an expression refers to, each once, in the order of appearance. */
export interface References {
  /** Names and `$` that refer to a context item, which does not exist in Step Functions. */
  readonly context: ReadonlySet<string>;
  /** True if `$$` occurs. */
  readonly root: boolean;
  /** Fields of `$states`. */
  readonly statesFields: ReadonlySet<string>;
}

/** A node of the syntax tree of the `jsonata` package, whose types are not exported in full. */
type Node = Readonly<Record<string, unknown>>;

interface Collected {
  readonly context: Set<string>;
  root: boolean;
  readonly statesFields: Set<string>;
}

/** A node to visit. `bound`: an enclosing or earlier node provides the context item. */
interface Visit {
  readonly node: unknown;
  readonly bound: boolean;
}

/**
 * Finds the references in a syntax tree. Only the first step of a path is evaluated against the context item of the
 * whole expression; later steps, predicates, sort terms and groupings are evaluated on the result of the steps
 * before. The body of a function has the context of the expression that defines it.
 */
export function findReferences(tree: unknown): References {
  const found: Collected = { context: new Set(), root: false, statesFields: new Set() };
  // An explicit stack, because expressions can be nested deeper than the call stack allows.
  const pending: Visit[] = [{ node: tree, bound: false }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const next = visitNode(visit, found);
    for (const child of next.toReversed()) if (child.node !== undefined) pending.push(child);
  }
  return found;
}

function visitNode({ node, bound }: Visit, found: Collected): readonly Visit[] {
  if (Array.isArray(node)) return node.map((item: unknown) => ({ node: item, bound }));
  if (!isNode(node)) return [];
  const { type } = node;
  if (type === 'path') return visitPath(node, bound, found);
  if (type === 'name') collectName(node, bound, found);
  else if (type === 'variable') collectVariable(node, bound, found);
  return [...childrenOf(node, bound), ...inner(node)];
}

function visitPath(node: Node, bound: boolean, found: Collected): readonly Visit[] {
  const steps: readonly unknown[] = Array.isArray(node['steps']) ? node['steps'] : [];
  collectStatesField(steps, found);
  const visits = steps.map((step, index) => ({ node: step, bound: bound || index > 0 }));
  return [...visits, ...inner(node)];
}

function collectStatesField([first, second]: readonly unknown[], found: Collected): void {
  if (!isNode(first) || first['type'] !== 'variable' || first['value'] !== 'states') return;
  if (isNode(second) && (second['type'] === 'name' || second['type'] === 'string')) {
    found.statesFields.add(String(second['value']));
  }
}

function collectName(node: Node, bound: boolean, found: Collected): void {
  if (!bound) found.context.add(String(node['value']));
}

function collectVariable(node: Node, bound: boolean, found: Collected): void {
  if (node['value'] === '$') found.root = true;
  else if (node['value'] === '' && !bound) found.context.add('$');
}

/** The parts of a node that are evaluated in the same context as the node. */
const plainParts = [
  'lhs',
  'rhs',
  'expression',
  'expressions',
  'procedure',
  'arguments',
  'body',
  'condition',
  'then',
  'else',
] as const;

function childrenOf(node: Node, bound: boolean): readonly Visit[] {
  if (node['type'] === 'bind') return [{ node: node['rhs'], bound }];
  // The pattern of a transform is matched inside its operand, its update is evaluated for each match.
  if (node['type'] === 'transform') {
    return ['pattern', 'update', 'delete'].map((part) => ({ node: node[part], bound: true }));
  }
  return plainParts.map((part) => ({ node: node[part], bound }));
}

/** The parts of a node that are evaluated on the node's own value. */
function inner(node: Node): readonly Visit[] {
  const group = isNode(node['group']) ? node['group']['lhs'] : undefined;
  return [node['predicate'], node['stages'], node['terms'], group, node['expr']].map((part) => ({
    node: part,
    bound: true,
  }));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
