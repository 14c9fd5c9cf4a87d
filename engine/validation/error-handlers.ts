import { isJsonObject, type Json } from '../json.ts';
import { MAXIMUM_FIELD_SECONDS } from '../limits.ts';
import { assign } from './assign.ts';
import { arrayOf, integer, isArray, numeric, oneOf, resultPath, text } from './checks.ts';
import { messages } from './messages.ts';
import { type Check, childOf, itemOf, type Place, refuse } from './place.ts';
import { field, jsonataField, jsonPathField, type Shape, shaped } from './shape.ts';
import { template } from './template.ts';

/** https://states-language.net/spec.html#retrying-after-error */
const MAXIMUM_RETRY_ATTEMPTS = 99_999_999;
const MAXIMUM_RETRY_DELAY_SECONDS = 31_622_400;

const retrierShape: Shape = {
  required: ['ErrorEquals'],
  fields: {
    Comment: field(text),
    ErrorEquals: field(arrayOf(text, true)),
    // AWS accepts 0 here, although its guide says "positive".
    IntervalSeconds: field(integer(0, MAXIMUM_FIELD_SECONDS)),
    MaxAttempts: field(integer(0, MAXIMUM_RETRY_ATTEMPTS)),
    BackoffRate: field(numeric(1)),
    MaxDelaySeconds: field(integer(1, MAXIMUM_RETRY_DELAY_SECONDS)),
    JitterStrategy: field(oneOf(['NONE', 'FULL'])),
  },
};

const catcherShape: Shape = {
  required: ['ErrorEquals', 'Next'],
  fields: {
    Comment: field(text),
    ErrorEquals: field(arrayOf(text, true)),
    Next: field(text),
    ResultPath: jsonPathField(resultPath),
    Output: jsonataField(template),
    Assign: field(assign),
  },
};

/** `Retry`. */
export const retriers: Check = (value, place) => {
  arrayOf(shaped(retrierShape))(value, place);
  checkStatesAll(value, place);
};

/** `Catch`: the only place where `$states.errorOutput` exists. */
export const catchers: Check = (value, place) => {
  arrayOf(shaped(catcherShape))(value, { ...place, statesFields: ['errorOutput'] });
  checkStatesAll(value, place);
};

/** `States.ALL` must be alone, in the last entry. */
function checkStatesAll(value: Json, place: Place): void {
  if (!isArray(value)) return;
  for (const [index, entry] of value.entries()) {
    const errors = isJsonObject(entry) ? entry['ErrorEquals'] : undefined;
    if (!isArray(errors) || !errors.includes('States.ALL')) continue;
    if (errors.length === 1 && index === value.length - 1) continue;
    refuse(childOf(itemOf(place, index), 'ErrorEquals'), messages.statesAllAlone);
  }
}
