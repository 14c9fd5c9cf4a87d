import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import type { RuleCheck } from './rule.ts';

const MINUTE_MS = 60_000;
/** While the rule waits, the alarm is looked at this often. */
const LOOK_MS = 15_000;

/**
 * Passes if an alarm is in none of the states, by default ALARM, for as long as the rule waits.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html
 */
export const checkAlarm: RuleCheck = async ({ cloud, configuration, patience, principal }) => {
  const { AlarmName = '', AlarmStates = 'ALARM', WaitTime = '0' } = configuration;
  const bad = AlarmStates.split(',').map((state) => state.trim());
  const until = cloud.clock.now() + Number(WaitTime) * MINUTE_MS;
  const caller = await principal();
  for (;;) {
    const { CompositeAlarms = [], MetricAlarms = [] } = await cloud.call<DescribeAlarmsOutput>(
      caller,
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames: [AlarmName], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    const [alarm] = [...MetricAlarms, ...CompositeAlarms];
    if (alarm === undefined)
      return { passes: false, summary: `The alarm ${AlarmName} does not exist.` };
    const { StateReason = '', StateValue = '' } = alarm;
    if (bad.includes(StateValue)) {
      return {
        passes: false,
        summary: `The alarm ${AlarmName} is in ${StateValue}: ${StateReason}`,
      };
    }
    const left = until - cloud.clock.now();
    if (left <= 0) return { passes: true, summary: `The alarm ${AlarmName} is in ${StateValue}.` };
    await patience.wait(Math.min(left, LOOK_MS));
  }
};
