/**
 * For how long a promotion waits for rollback alarms that were in ALARM before its update: an alarm of the
 * project looks ten minutes back (`infra/serving/rollback-alarms.ts`), and CloudWatch evaluates it once a minute.
 */
export const LONGEST_ALARM_WAIT_MINUTES = 12;
