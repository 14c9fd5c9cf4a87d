import { assign } from './assign.ts';
import { flag, jsonPath, resultPath, text } from './checks.ts';
import { catchers, retriers } from './error-handlers.ts';
import { messages } from './messages.ts';
import { type Check, refuse } from './place.ts';
import { type Exclusion, type Field, field, jsonataField, jsonPathField } from './shape.ts';
import { objectTemplate, template } from './template.ts';

/** Groups of fields that several state types share. */

type Fields = Readonly<Record<string, Field>>;

/** Fields of every state. `Type` and `QueryLanguage` are checked before the shape. */
export const commonFields: Fields = {
  Type: field(() => undefined),
  Comment: field(text),
  QueryLanguage: field(queryLanguage()),
};

/** The transition to the next state. */
export const exitFields: Fields = { Next: field(text), End: field(flag) };

/** Input and output fields of states that only pass data on. */
export const flowFields: Fields = {
  InputPath: jsonPathField(jsonPath),
  OutputPath: jsonPathField(jsonPath),
  Output: jsonataField(template),
};

export const assignFields: Fields = { Assign: field(assign) };

/** Fields of states that compute a result from parameters. */
export const resultFields: Fields = {
  Parameters: jsonPathField(template),
  ResultPath: jsonPathField(resultPath),
};

/** Fields of states whose work can fail. */
export const workFields: Fields = {
  ResultSelector: jsonPathField(objectTemplate),
  Output: jsonataField(withResult(template)),
  Assign: field(withResult(assign)),
  Retry: field(retriers),
  Catch: field(catchers),
};

/** Exactly one of both. `End: false` counts as missing; see `withoutFalseEnd`. */
export const exitExclusion: Exclusion = { fields: ['Next', 'End'], needed: true };

/** `$states.result` exists only in the state's own `Output` and `Assign`. */
function withResult(check: Check): Check {
  return (value, place) => check(value, { ...place, statesFields: ['result'] });
}

function queryLanguage(): Check {
  const languages = ['JSONPath', 'JSONata'];
  return (value, place) => {
    if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
    else if (!languages.includes(value)) refuse(place, messages.oneOf(languages));
  };
}
