import { isJsonObject } from '../../json.ts';
import { arrayOf } from '../checks.ts';
import { messages } from '../messages.ts';
import { type Check, refuse } from '../place.ts';
import { field, jsonataField, type Shape } from '../shape.ts';
import {
  commonFields,
  exitExclusion,
  exitFields,
  flowFields,
  resultFields,
  workFields,
} from '../state-fields.ts';
import { template } from '../template.ts';

const branch: Check = (value, place) => {
  if (isJsonObject(value)) place.machine.checkContainer(value, place);
  else refuse(place, messages.expectedType('OBJECT'));
};

export const parallel: Shape = {
  required: ['Branches'],
  fields: {
    ...commonFields,
    ...exitFields,
    ...flowFields,
    ...resultFields,
    ...workFields,
    Arguments: jsonataField(template),
    Branches: field(arrayOf(branch, true)),
  },
  exclusions: [exitExclusion],
};
