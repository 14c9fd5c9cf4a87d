import jsonata from 'jsonata';
import { isFunctionName, type Json, type JsonObject } from '../../../engine/index.ts';
import { isJsonObject } from './json-value.ts';

/**
 * The variables that each state of a definition reads, as DescribeStateMachine shows them: state name to
 * sorted names, without states that read none.
 */
export function findVariableReferences(definition: JsonObject): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  collectGroup(definition, found, assignedIn(definition));
  return found;
}

/** All assigned names: `$count` is a function unless it is one of them. */
function assignedIn(definition: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  const pending: Json[] = [definition];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) pending.push(...(value as readonly Json[]));
    else if (isJsonObject(value)) {
      const { Assign: assign } = value;
      if (isJsonObject(assign)) {
        for (const name of Object.keys(assign)) names.add(name.replace(/\.\$$/, ''));
      }
      pending.push(...Object.values(value));
    }
  }
  return names;
}

function collectGroup(
  group: JsonObject,
  found: Record<string, string[]>,
  assigned: ReadonlySet<string>,
): void {
  const { States: states } = group;
  if (!isJsonObject(states)) return;
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    const names = new Set<string>();
    for (const [field, value] of Object.entries(state)) {
      if (!NESTING_FIELDS.has(field)) collectValue(field, value, names);
    }
    const variables = [...names].filter((each) => assigned.has(each) || !isFunctionName(each));
    if (variables.length > 0) found[name] = variables.sort();
    collectNested(state, found, assigned);
  }
}

/** Fields that contain states. */
const NESTING_FIELDS: ReadonlySet<string> = new Set(['Branches', 'ItemProcessor', 'Iterator']);

function collectNested(
  state: JsonObject,
  found: Record<string, string[]>,
  assigned: ReadonlySet<string>,
): void {
  const { Branches: branches, ItemProcessor: processor, Iterator: iterator } = state;
  const groups: readonly (Json | undefined)[] = Array.isArray(branches) ? branches : [];
  for (const group of [...groups, processor, iterator]) {
    if (isJsonObject(group)) collectGroup(group, found, assigned);
  }
}

function collectValue(field: string, value: Json, names: Set<string>): void {
  if (typeof value === 'string') {
    for (const name of namesIn(field, value)) names.add(name);
  } else if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) collectValue(field, item, names);
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) collectValue(key, member, names);
  }
}

/** Fields that hold paths although their names do not end in `Path` or `.$`. */
const PATH_FIELDS: ReadonlySet<string> = new Set(['Variable']);

function namesIn(field: string, text: string): readonly string[] {
  if (text.startsWith('{%') && text.endsWith('%}')) return namesInExpression(text.slice(2, -2));
  const isPath = field.endsWith('.$') || field.endsWith('Path') || PATH_FIELDS.has(field);
  return isPath ? namesInPath(text) : [];
}

/** `$name` but not `$.`, `$[` or `$$`; string literals in intrinsic functions do not count. */
function namesInPath(path: string): readonly string[] {
  const outside = path.replaceAll(/'(?:[^'\\]|\\.)*'/g, "''");
  return [...outside.matchAll(/(?<![\w$])\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu)].flatMap(
    ([, name]) => (name === undefined ? [] : [name]),
  );
}

type Node = Readonly<Record<string, unknown>>;

/** Variables that the expression reads and does not bind. */
function namesInExpression(text: string): readonly string[] {
  const read = new Set<string>();
  const bound = new Set<string>(['', '$', 'states']);
  const pending: unknown[] = [treeOf(text)];
  while (pending.length > 0) {
    const node = pending.pop();
    if (Array.isArray(node)) pending.push(...(node as readonly unknown[]));
    else if (isNode(node)) pending.push(...visit(node, read, bound));
  }
  return [...read].filter((name) => !bound.has(name));
}

function treeOf(text: string): unknown {
  try {
    return jsonata(text).ast();
  } catch {
    // Expressions that do not parse were refused when the machine was created.
    return undefined;
  }
}

function visit(node: Node, read: Set<string>, bound: Set<string>): readonly unknown[] {
  if (node['type'] === 'variable' && typeof node['value'] === 'string') read.add(node['value']);
  if (node['type'] === 'bind' && isNode(node['lhs'])) bound.add(String(node['lhs']['value']));
  if (node['type'] === 'lambda' && Array.isArray(node['arguments'])) {
    for (const parameter of node['arguments'] as readonly unknown[]) {
      if (isNode(parameter)) bound.add(String(parameter['value']));
    }
  }
  // The name of a called function is not a variable, unless a variable holds the function.
  const { procedure, ...rest } = node;
  const parts = Object.values(rest);
  return isNode(procedure) && procedure['type'] === 'variable' ? parts : [...parts, procedure];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
