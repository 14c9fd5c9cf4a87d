import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { parseJsonPath } from '../jsonpath/parse.ts';
import type { JsonPath } from '../jsonpath/path.ts';
import { StatesError } from '../states-error.ts';
import type { DataFlow } from './data-flow.ts';
import { constantField, type Field } from './field.ts';
import { compilePathField, compilePayloadField } from './jsonpath-field.ts';
import { setOwn } from './set-own.ts';
import type { CatchFlow, Visit } from './visit.ts';

/** Which of the fields a type of state has: a Wait has no `Parameters`, a Succeed no `ResultPath`. */
export interface JsonPathStages {
  readonly parameters: boolean;
  readonly result: boolean;
}

/** The data flow of a JSONPath state. */
export function compileJsonPathFlow(state: JsonObject, stages: JsonPathStages): DataFlow {
  const inputPath = compilePath('InputPath', state['InputPath']);
  const outputPath = compilePath('OutputPath', state['OutputPath']);
  const parameters = stages.parameters ? payload('Parameters', state['Parameters']) : undefined;
  const selector = stages.result ? payload('ResultSelector', state['ResultSelector']) : undefined;
  const place = stages.result ? compileResultPath(state['ResultPath']) : undefined;
  const assign = payload('Assign', state['Assign']);

  return {
    prepare(visit) {
      let input = visit.input;
      if (inputPath !== undefined) input = inputPath.evaluate(visit, { input });
      visit.inspect('afterInputPath', input);
      if (parameters !== undefined) input = parameters.evaluate(visit, { input });
      if (stages.parameters) visit.inspect('afterParameters', input);
      return input;
    },
    finish(visit, result) {
      let output = result;
      if (selector !== undefined) output = selector.evaluate(visit, { input: output });
      if (stages.result) visit.inspect('afterResultSelector', output);
      if (assign !== undefined) assignTo(visit, assign, output);
      if (place !== undefined) output = place(visit.input, output);
      if (stages.result) visit.inspect('afterResultPath', output);
      if (outputPath !== undefined) output = outputPath.evaluate(visit, { input: output });
      return output;
    },
  };
}

/** A Catcher puts the error output at its `ResultPath`. */
export function compileJsonPathCatch(catcher: JsonObject): CatchFlow {
  const place = compileResultPath(catcher['ResultPath']);
  const assign = payload('Assign', catcher['Assign']);
  return (visit, errorOutput) => {
    if (assign !== undefined) assignTo(visit, assign, errorOutput);
    return place === undefined ? errorOutput : place(visit.input, errorOutput);
  };
}

/** `Assign` of a choice rule, or of any place where `$` is the given document. */
export function compileJsonPathAssign(
  place: JsonObject,
): ((visit: Visit, input: Json) => void) | undefined {
  const assign = payload('Assign', place['Assign']);
  return assign === undefined ? undefined : (visit, input) => assignTo(visit, assign, input);
}

function assignTo(visit: Visit, assign: Field, input: Json): void {
  const values = assign.evaluate(visit, { input });
  if (isJsonObject(values)) visit.assign(values);
}

/** Undefined: the whole document goes on. */
function compilePath(name: string, path: Json | undefined): Field | undefined {
  if (path === null) return constantField(name, {});
  return typeof path === 'string' && path !== '$' ? compilePathField(name, path) : undefined;
}

function payload(name: string, value: Json | undefined): Field | undefined {
  return value === undefined ? undefined : compilePayloadField(name, value);
}

/** Undefined: the result replaces everything. */
function compileResultPath(
  path: Json | undefined,
): ((input: Json, result: Json) => Json) | undefined {
  if (path === null) return (input) => input;
  if (typeof path !== 'string' || path === '$') return undefined;
  const { steps } = parseJsonPath(path);
  return (input, result) => insert(input, steps, 0, result, path);
}

/** A copy of `input` with `value` at the reference path; what does not change is shared. */
function insert(
  input: Json | undefined,
  steps: JsonPath['steps'],
  at: number,
  value: Json,
  path: string,
): Json {
  const step = steps[at];
  if (step === undefined) return value;
  if (step.kind === 'indexes') {
    const index = step.indexes[0] ?? 0;
    const items = Array.isArray(input) ? (input as readonly Json[]) : undefined;
    if (items === undefined || index < 0 || index >= items.length) throw mismatch(input, path);
    return items.with(index, insert(items[index], steps, at + 1, value, path));
  }
  const name = step.kind === 'properties' ? (step.names[0] ?? '') : '';
  if (input !== undefined && !isJsonObject(input)) throw mismatch(input, path);
  const copy: Record<string, Json> = { ...input };
  const member = input !== undefined && Object.hasOwn(input, name) ? input[name] : undefined;
  setOwn(copy, name, insert(member, steps, at + 1, value, path));
  return copy;
}

function mismatch(input: Json | undefined, path: string): StatesError {
  return new StatesError(
    'States.ResultPathMatchFailure',
    `Unable to apply step "${path}" to input ${JSON.stringify(input)}`,
  );
}
