import { dynamicInteger, pathToNode, timestamp } from '../checks.ts';
import { field, jsonPathField, type Shape } from '../shape.ts';
import {
  assignFields,
  commonFields,
  exitExclusion,
  exitFields,
  flowFields,
} from '../state-fields.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
const maximumSeconds = 99_999_999;

export const wait: Shape = {
  fields: {
    ...commonFields,
    ...exitFields,
    ...flowFields,
    ...assignFields,
    Seconds: field(dynamicInteger(0, maximumSeconds)),
    SecondsPath: jsonPathField(pathToNode),
    Timestamp: field(timestamp),
    TimestampPath: jsonPathField(pathToNode),
  },
  exclusions: [
    exitExclusion,
    // In AWS's order.
    { fields: ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'], needed: true },
  ],
};
