import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import { compileJsonPath } from '../jsonpath/evaluate.ts';
import { parseJsonPath } from '../jsonpath/parse.ts';
import type { JsonPath, PathStep } from '../jsonpath/path.ts';
import { setOwn } from '../set-own.ts';
import { StatesError } from '../states-error.ts';
import type { Field } from './field.ts';
import { FlowScope } from './jsonpath-field.ts';

/**
 * Reference paths, which `ItemsPath` reads and `ResultPath` writes step by step. AWS's guide does not document
 * their errors; users report them for `ItemsPath`, and for `ResultPath` on an input that is not an object:
 * https://qiita.com/tsubasaogawa/items/4fe341bdb6ae7d2fd8ee
 */

/** A field whose value is read from a reference path. */
export function compileReferencePathField(name: string, text: string): Field {
  const { root, steps } = parseJsonPath(text);
  const begin = compileJsonPath({ root, steps: [] });
  return {
    name,
    text,
    constant: undefined,
    evaluate: (visit, subject) => {
      const document = begin(new FlowScope(subject.input, visit));
      let value: Json | undefined = document;
      for (const step of steps) {
        value = memberAt(value, step);
        if (value === undefined) throw stepConflict(step, document);
      }
      return value ?? null;
    },
  };
}

/** Inserts a result into a copy of the input; undefined if the result replaces the input. */
export function compileResultPath(
  path: Json | undefined,
): ((input: Json, result: Json) => Json) | undefined {
  if (path === null) return (input) => input;
  if (typeof path !== 'string' || path === '$') return undefined;
  const { steps } = parseJsonPath(path);
  const [first] = steps;
  return (input, result) => {
    if (first !== undefined && !hasPlaceFor(input, first)) throw pathConflict(path, input);
    return insert(input, steps, 0, result, input);
  };
}

/** A copy of `node` with `value` at the step. Unchanged parts are shared, missing parts are created. */
function insert(
  node: Json | undefined,
  steps: JsonPath['steps'],
  at: number,
  value: Json,
  document: Json,
): Json {
  const step = steps[at];
  if (step === undefined) return value;
  const before = steps[at - 1] ?? step;
  if (node !== undefined && !hasPlaceFor(node, step)) throw stepConflict(before, document);
  if (step.kind === 'indexes') {
    if (!Array.isArray(node)) throw stepConflict(before, document);
    const items = node as readonly Json[];
    const [index = 0] = step.indexes;
    return items.with(index, insert(items[index], steps, at + 1, value, document));
  }
  const copy: Record<string, Json> = { ...(node as Readonly<Record<string, Json>> | undefined) };
  setOwn(copy, nameOf(step), insert(memberAt(node, step), steps, at + 1, value, document));
  return copy;
}

/** Whether a value can be set at the step: an object accepts any member, an array only its existing indexes. */
function hasPlaceFor(node: Json, step: PathStep): boolean {
  if (step.kind !== 'indexes') return isJsonObject(node);
  const [index = 0] = step.indexes;
  return Array.isArray(node) && index >= 0 && index < node.length;
}

function memberAt(node: Json | undefined, step: PathStep): Json | undefined {
  if (step.kind === 'indexes') {
    return Array.isArray(node) ? (node as readonly Json[]).at(step.indexes[0] ?? 0) : undefined;
  }
  const name = nameOf(step);
  return isJsonObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

function nameOf(step: PathStep): string {
  return step.kind === 'properties' ? (step.names[0] ?? '') : '';
}

function pathConflict(path: string, input: Json): StatesError {
  return conflict(`Unable to apply ReferencePath ${path} to input ${writeJson(input)}`);
}

function stepConflict(step: PathStep, document: Json | undefined): StatesError {
  const name = step.kind === 'indexes' ? `[${step.indexes[0] ?? 0}]` : nameOf(step);
  return conflict(`Unable to apply step "${name}" to input ${writeJson(document ?? null)}`);
}

/** This error has no sentence that names the state. */
function conflict(cause: string): StatesError {
  return new StatesError('States.ReferencePathConflict', cause, { kind: 'given' });
}
