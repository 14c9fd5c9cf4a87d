import { assign } from './assign.ts';
import { flag, jsonPath, resultPath, text } from './checks.ts';
import { catchers, retriers } from './error-handlers.ts';
import { messages } from './messages.ts';
import { type Check, refuse } from './place.ts';
import { type Exclusion, type Field, field, jsonataField, jsonPathField } from './shape.ts';
import { objectTemplate, template } from './template.ts';

/** Groups of fields that several state types have in common. */

type Fields = Readonly<Record<string, Field>>;

/** In every state. `Type` and `QueryLanguage` were judged before the shape. */
export const commonFields: Fields = {
  Type: field(() => undefined),
  Comment: field(text),
  QueryLanguage: field(queryLanguage()),
};

/** Where the machine goes after the state. */
export const exitFields: Fields = { Next: field(text), End: field(flag) };

/** What goes in and comes out, in states that only pass data on. */
export const flowFields: Fields = {
  InputPath: jsonPathField(jsonPath),
  OutputPath: jsonPathField(jsonPath),
  Output: jsonataField(template),
};

export const assignFields: Fields = { Assign: field(assign) };

/** What states have that compute a result from parameters. */
export const resultFields: Fields = {
  Parameters: jsonPathField(template),
  ResultPath: jsonPathField(resultPath),
};

/** What states have whose work can fail. */
export const workFields: Fields = {
  ResultSelector: jsonPathField(objectTemplate),
  Output: jsonataField(withResult(template)),
  Assign: field(withResult(assign)),
  Retry: field(retriers),
  Catch: field(catchers),
};

/** Exactly one way out. `End: false` counts as none; see `withoutFalseEnd`. */
export const exitExclusion: Exclusion = { fields: ['Next', 'End'], needed: true };

/** `$states.result` exists in the state's own `Output` and `Assign` only. */
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
