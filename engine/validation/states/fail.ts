import { dynamicText, pathOrIntrinsic } from '../checks.ts';
import { field, jsonPathField, type Shape } from '../shape.ts';
import { commonFields } from '../state-fields.ts';

export const fail: Shape = {
  fields: {
    ...commonFields,
    Error: field(dynamicText),
    ErrorPath: jsonPathField(pathOrIntrinsic),
    Cause: field(dynamicText),
    CausePath: jsonPathField(pathOrIntrinsic),
  },
  exclusions: [{ fields: ['Error', 'ErrorPath'] }, { fields: ['Cause', 'CausePath'] }],
};
