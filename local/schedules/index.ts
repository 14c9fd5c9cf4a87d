/** Schedules, for every service that has them: cron expressions, rates and time zones. */
export { type Cron, nextOccurrence, parseCron } from './cron.ts';
export { parseRate, type Rate } from './rate.ts';
export { instantInTimeZone, isTimeZone, nextInTimeZone } from './time-zone.ts';
