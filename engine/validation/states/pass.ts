import { isJsonObject, type Json } from '../../json.ts';
import { isArray } from '../checks.ts';
import { messages } from '../messages.ts';
import { type Check, warn } from '../place.ts';
import { jsonPathField, type Shape } from '../shape.ts';
import {
  assignFields,
  commonFields,
  exitExclusion,
  exitFields,
  flowFields,
  resultFields,
} from '../state-fields.ts';
import { looksComputed } from '../template.ts';

const result: Check = (value, place) => {
  if (hasComputed(value)) warn(place, 'PASS_RESULT_IS_STATIC', messages.staticResult);
};

export const pass: Shape = {
  fields: {
    ...commonFields,
    ...exitFields,
    ...flowFields,
    ...resultFields,
    ...assignFields,
    Result: jsonPathField(result),
  },
  exclusions: [exitExclusion],
};

function hasComputed(value: Json): boolean {
  if (isArray(value)) return value.some(hasComputed);
  if (isJsonObject(value)) return Object.values(value).some(hasComputed);
  return looksComputed(value);
}
