import type { Effort } from '../effort.ts';
import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { compilePredicate } from './filter.ts';
import { isDefinite, isInnerGroup, type JsonPath, type PathStep } from './path.ts';
import { Walk } from './walk.ts';

/** The values of the roots of a path in one evaluation. */
export interface PathScope {
  readonly input: Json;
  context(): Json;
  /** The value of `$name`; undefined if it was never assigned. */
  variable(name: string): Json | undefined;
  /** The steps that it shares with the other evaluations of its state. */
  readonly effort: Effort;
}

/** A compiled path. Returns the value, or undefined if a definite path finds nothing. */
export type PathReader = (scope: PathScope) => Json | undefined;

type Step = (node: Json, found: Json[], walk: Walk) => void;

/**
 * Compiles a path as Jayway JsonPath does: a definite path gives one value, any other path a list of all values,
 * which can be empty. If a definite path ends with an index beyond its array, AWS gives null in most places, but
 * nothing in an argument of an intrinsic function: `pastEnd` selects one of both.
 */
export function compileJsonPath(path: JsonPath, pastEnd?: null): PathReader {
  const root = compileRoot(path);
  if (path.steps.length === 0) return root;
  if (path.steps.some(isInnerGroup)) return () => undefined;
  const names = memberNames(path);
  if (names !== undefined) return compileMembers(root, names);
  if (isDefinite(path)) return compileDefinite(root, path.steps, pastEnd);
  const select = compileSelection(path.steps);
  return (scope) => {
    const start = root(scope);
    return start === undefined ? undefined : select(start, new Walk(start, scope.effort));
  };
}

/** The document that a path is applied to, as AWS shows it when the path finds nothing. */
export function documentOf(path: JsonPath, scope: PathScope): Json {
  return path.root.kind === 'context' ? scope.context() : scope.input;
}

function compileRoot(path: JsonPath): PathReader {
  const { root } = path;
  switch (root.kind) {
    case 'input':
    case 'current':
      return (scope) => scope.input;
    case 'context':
      return (scope) => scope.context();
    case 'variable':
      return (scope) => scope.variable(root.name);
  }
}

/** The names of a path like `$.a.b`, the most frequent form. */
function memberNames(path: JsonPath): readonly string[] | undefined {
  const names: string[] = [];
  for (const step of path.steps) {
    const [name, ...others] = step.kind === 'properties' ? step.names : [];
    if (name === undefined || others.length > 0) return undefined;
    names.push(name);
  }
  return names;
}

function compileMembers(root: PathReader, names: readonly string[]): PathReader {
  return (scope) => {
    let value: Json | undefined = root(scope);
    for (const name of names) {
      if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
      value = value[name];
    }
    return value;
  };
}

/** A path of member names and single indexes, which has one value at every step. */
function compileDefinite(
  root: PathReader,
  steps: readonly PathStep[],
  pastEnd: null | undefined,
): PathReader {
  const readers = steps.map(compileSingle);
  const isIndex = steps.at(-1)?.kind === 'indexes';
  return (scope) => {
    let value = root(scope);
    let last: Json | undefined;
    for (const reader of readers) {
      if (value === undefined) return undefined;
      last = value;
      value = reader(value);
    }
    return value === undefined && isIndex && Array.isArray(last) ? pastEnd : value;
  };
}

function compileSingle(step: PathStep): (node: Json) => Json | undefined {
  if (step.kind === 'properties') {
    const [name = '', ...others] = step.names;
    return others.length === 0
      ? (node) => memberOf(node, name)
      : (node) => membersOf(node, step.names);
  }
  const [index = 0] = step.kind === 'indexes' ? step.indexes : [];
  return (node) => elementOf(node, index);
}

function memberOf(node: Json, name: string): Json | undefined {
  return isJsonObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

/** The existing ones of the members, as one object. */
function membersOf(node: Json, names: readonly string[]): Json | undefined {
  if (!isJsonObject(node)) return undefined;
  const present = names.filter((name) => Object.hasOwn(node, name));
  return Object.fromEntries(present.map((name) => [name, node[name] ?? null]));
}

function elementOf(node: Json, index: number): Json | undefined {
  if (!Array.isArray(node)) return undefined;
  return (node as readonly Json[])[index < 0 ? node.length + index : index];
}

/** Applies the steps of a path to one node. */
export function compileSelection(
  steps: readonly PathStep[],
): (node: Json, walk: Walk) => Json | undefined {
  const each = steps.map(compileStep);
  const definite = isDefinite({ root: { kind: 'current' }, steps });
  return (node, walk) => {
    let nodes: Json[] = [node];
    for (const step of each) {
      const found: Json[] = [];
      for (const from of nodes) {
        walk.visit(1);
        step(from, found, walk);
      }
      nodes = found;
    }
    return definite ? nodes[0] : nodes;
  };
}

/** Charges for every node before it is added to the result, because the whole list may be too long. */
function compileStep(step: PathStep): Step {
  switch (step.kind) {
    case 'properties': {
      const read = compileSingle(step);
      return (node, found, walk) => {
        walk.visit(step.names.length);
        push(found, read(node));
      };
    }
    case 'indexes':
      return (node, found, walk) => {
        walk.visit(step.indexes.length);
        for (const index of step.indexes) push(found, elementOf(node, index));
      };
    case 'slice':
      return (node, found, walk) => {
        if (!Array.isArray(node)) return;
        keep(found, (node as readonly Json[]).slice(step.from, step.to), walk);
      };
    case 'wildcard':
      return (node, found, walk) => keep(found, childrenOf(node), walk);
    case 'descendants':
      return collectDescendants;
    case 'filter':
      return compileFilterStep(step.predicate);
  }
}

function push(found: Json[], value: Json | undefined): void {
  if (value !== undefined) found.push(value);
}

function keep(found: Json[], values: readonly Json[], walk: Walk): void {
  walk.visit(values.length);
  for (const value of values) found.push(value);
}

function childrenOf(node: Json): readonly Json[] {
  if (Array.isArray(node)) return node as readonly Json[];
  return isJsonObject(node) ? Object.values(node) : [];
}

function collectDescendants(node: Json, found: Json[], walk: Walk): void {
  if (!Array.isArray(node) && !isJsonObject(node)) return;
  walk.visit(2);
  found.push(node);
  for (const child of childrenOf(node)) collectDescendants(child, found, walk);
}

function compileFilterStep(predicate: Parameters<typeof compilePredicate>[0]): Step {
  const matches = compilePredicate(predicate, compileSelection);
  return (node, found, walk) => {
    if (Array.isArray(node)) {
      for (const item of node as readonly Json[]) {
        walk.visit(1);
        if (matches(item, walk)) found.push(item);
      }
    } else if (isJsonObject(node) && matches(node, walk)) {
      found.push(node);
    }
  };
}
