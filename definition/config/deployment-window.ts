import * as z from 'zod';
import { timeZoneSchema } from '../schedule.ts';

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** When the pipeline may deploy to an environment; outside of it a deployment waits or stops. */
export const windowSchema = z
  .strictObject({
    days: z.array(z.enum(DAYS)).min(1).default(['MON', 'TUE', 'WED', 'THU', 'FRI']),
    /** The first hour of a day. */
    fromHour: z.int().min(0).max(23).default(9),
    /** The hour in which it is closed again; 24 is midnight. */
    untilHour: z.int().min(1).max(24).default(16),
    timeZone: timeZoneSchema.default('UTC'),
  })
  .check(({ value: { fromHour, untilHour }, issues }) => {
    if (fromHour < untilHour) return;
    issues.push({
      code: 'custom',
      message: `must be after fromHour (${fromHour}), and is ${untilHour}; a window does not reach over midnight`,
      path: ['untilHour'],
      input: untilHour,
      continue: true,
    });
  })
  .refine(({ days }) => new Set(days).size === days.length, {
    message: 'must name each day once',
    path: ['days'],
  });

export type DeploymentWindow = z.output<typeof windowSchema>;
