import { isTimeZone, nextInTimeZone, parseCron } from '../../../schedules/index.ts';
import type { RuleCheck } from './rule.ts';

const MINUTE_MS = 60_000;
const FIELDS = 7;

/**
 * Passes in the minutes that a cron expression names: seconds, minutes, hours, day of month, month, day of week, year. A minute of `0`
 * stands for the whole hour, so that `0 0 9-17 ? * MON-FRI *` is the window of AWS's example.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
 */
export const checkDeploymentWindow: RuleCheck = async ({ cloud, configuration }) => {
  const { Cron: expression = '', TimeZone: zone = 'UTC' } = configuration;
  const problem = checkWindow(configuration);
  if (problem !== undefined) return { passes: false, summary: problem };
  const minute = Math.floor(cloud.clock.now() / MINUTE_MS) * MINUTE_MS;
  const cron = parseCron(minutesOf(expression));
  const next = cron && nextInTimeZone(cron, zone, minute - 1);
  if (next === minute) return { passes: true, summary: 'The deployment window is open.' };
  const opens = next === undefined ? 'never' : new Date(next).toISOString();
  return { passes: false, summary: `The deployment window is closed. It opens next: ${opens}.` };
};

/** Why a window cannot be read; undefined if it can. */
export function checkWindow({
  Cron: expression = '',
  TimeZone: zone = 'UTC',
}: Readonly<Record<string, string>>): string | undefined {
  const isCron =
    expression.trim().split(/\s+/).length === FIELDS &&
    parseCron(minutesOf(expression)) !== undefined;
  if (!isCron) {
    return `${expression} is not a cron expression of seven fields, with the seconds first`;
  }
  return isTimeZone(zone) ? undefined : `${zone} is not a time zone`;
}

function minutesOf(expression: string): string {
  const [, minutes = '', ...rest] = expression.trim().split(/\s+/);
  return [minutes === '0' ? '*' : minutes, ...rest].join(' ');
}
