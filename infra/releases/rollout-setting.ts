import * as z from 'zod';
import { type WorkflowRollout, workflowRolloutSchema } from '../../definition/index.ts';

const FORMS = `all-at-once, or as JSON '{"type":"canary","percent":10,"minutes":30}' or '{"type":"linear","percent":20,"minutes":5}', with a percent of 1 to 99 and at most 60 minutes in all`;

/** How changed definitions of workflows take over in this deployment. @default all at once */
export const workflowRolloutSettingSchema = z
  .unknown()
  .transform((given, context): WorkflowRollout => {
    if (given === undefined || given === 'all-at-once') return { type: 'all-at-once' };
    const { data } = workflowRolloutSchema.safeParse(given);
    if (data !== undefined) return data;
    context.addIssue({
      code: 'custom',
      message: `must be ${FORMS}; got ${JSON.stringify(given).slice(0, 80)}`,
    });
    return z.NEVER;
  });
