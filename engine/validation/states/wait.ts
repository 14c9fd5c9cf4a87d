import { MAXIMUM_FIELD_SECONDS } from '../../limits.ts';
import { dynamicInteger, pathToNode, timestamp } from '../checks.ts';
import { field, jsonPathField, type Shape } from '../shape.ts';
import {
  assignFields,
  commonFields,
  exitExclusion,
  exitFields,
  flowFields,
} from '../state-fields.ts';

export const wait: Shape = {
  fields: {
    ...commonFields,
    ...exitFields,
    ...flowFields,
    ...assignFields,
    Seconds: field(dynamicInteger(0, MAXIMUM_FIELD_SECONDS)),
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
