import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { DataFlow } from './data-flow.ts';
import { compileJsonataField, type Field } from './field.ts';
import type { CatchFlow } from './visit.ts';

/** Whether a state has a result that its `Output` and `Assign` can read. */
export type JsonataResult = 'none' | 'result';

/** The data flow of a JSONata state: `Arguments`, then the work, then `Output` and `Assign` independently. */
export function compileJsonataFlow(state: JsonObject, kind: JsonataResult): DataFlow {
  const args = optionalField('Arguments', state['Arguments']);
  const finish = compileOutput(state, '');
  return {
    prepare(visit) {
      if (args === undefined) return visit.input;
      const value = args.evaluate(visit, visit);
      visit.inspect('afterArguments', value);
      return value;
    },
    finish: (visit, result) =>
      finish(visit, kind === 'result' ? { input: visit.input, result } : visit, result),
  };
}

/** `Output` and `Assign` of a Catcher, where the error output is the default. */
export function compileJsonataCatch(catcher: JsonObject, index: number): CatchFlow {
  const finish = compileOutput(catcher, `Catch[${index}]/`);
  return (visit, errorOutput) => finish(visit, { input: visit.input, errorOutput }, errorOutput);
}

/** `Output` and `Assign` of one place in the definition; their locations start with `prefix`. */
export function compileOutput(
  place: JsonObject,
  prefix: string,
): (
  visit: Parameters<CatchFlow>[0],
  subject: Parameters<Field['evaluate']>[1],
  standard: Json,
) => Json {
  const output = optionalField(`${prefix}Output`, place['Output']);
  const assign = optionalField(`${prefix}Assign`, place['Assign']);
  return (visit, subject, standard) => {
    if (assign !== undefined) {
      const values = assign.evaluate(visit, subject);
      if (isJsonObject(values)) visit.assign(values);
    }
    return output === undefined ? standard : output.evaluate(visit, subject);
  };
}

export function optionalField(name: string, value: Json | undefined): Field | undefined {
  return value === undefined ? undefined : compileJsonataField(name, value);
}
