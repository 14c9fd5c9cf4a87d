import type { Cloud } from '../../cloud/cloud.ts';
import { DEFAULT_BUS, type RuleRecord } from './store.ts';

type RuleMetric =
  | 'MatchedEvents'
  | 'TriggeredRules'
  | 'Invocations'
  | 'FailedInvocations'
  | 'RetryInvocationAttempts'
  | 'InvocationsSentToDlq'
  | 'InvocationsFailedToBeSentToDlq';

/**
 * Records a metric of a rule in `AWS/Events`. Rules of the default bus have the dimension RuleName only,
 * others that of their bus as well.
 */
export function recordRuleMetric(
  cloud: Cloud,
  rule: Pick<RuleRecord, 'name' | 'busName'>,
  name: RuleMetric,
): void {
  const bus = rule.busName === DEFAULT_BUS ? {} : { EventBusName: rule.busName };
  cloud.recordMetric({
    namespace: 'AWS/Events',
    name,
    dimensions: { ...bus, RuleName: rule.name },
    value: 1,
    unit: 'Count',
  });
}
