import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { DataFlow } from './data-flow.ts';
import { constantField, type Field } from './field.ts';
import { compilePathField, compilePayloadField } from './jsonpath-field.ts';
import { compileResultPath } from './reference-path.ts';
import type { CatchFlow, Visit } from './visit.ts';

/** The fields that a state type has: a Wait has no `Parameters`, a Succeed no `ResultPath`. */
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

/** The data flow of a Catcher: the error output is inserted at its `ResultPath`. */
export function compileJsonPathCatch(catcher: JsonObject): CatchFlow {
  const place = compileResultPath(catcher['ResultPath']);
  const assign = payload('Assign', catcher['Assign']);
  return (visit, errorOutput) => {
    if (assign !== undefined) assignTo(visit, assign, errorOutput);
    return place === undefined ? errorOutput : place(visit.input, errorOutput);
  };
}

/** `Assign` of a choice rule, or of any other place where `$` is the given document. */
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

/** Undefined if the whole document is passed on. */
function compilePath(name: string, path: Json | undefined): Field | undefined {
  if (path === null) return constantField(name, {});
  return typeof path === 'string' && path !== '$' ? compilePathField(name, path) : undefined;
}

function payload(name: string, value: Json | undefined): Field | undefined {
  return value === undefined ? undefined : compilePayloadField(name, value);
}
