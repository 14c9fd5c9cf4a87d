import type { Cloud } from '../../cloud/cloud.ts';

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html */
type GroupMetric =
  | 'InvocationAttemptCount'
  | 'TargetErrorCount'
  | 'InvocationDroppedCount'
  | 'InvocationsSentToDeadLetterCount'
  | 'InvocationsFailedToBeSentToDeadLetterCount';

export function recordGroupMetric(cloud: Cloud, ScheduleGroup: string, name: GroupMetric): void {
  cloud.recordMetric({
    namespace: 'AWS/Scheduler',
    name,
    dimensions: { ScheduleGroup },
    value: 1,
    unit: 'Count',
  });
}
