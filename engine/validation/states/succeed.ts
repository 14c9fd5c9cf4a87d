import type { Shape } from '../shape.ts';
import { commonFields, flowFields } from '../state-fields.ts';

export const succeed: Shape = { fields: { ...commonFields, ...flowFields } };
