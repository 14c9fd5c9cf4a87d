import type { RequestQuota } from '../../cloud/service.ts';

/**
 * The request quotas of an account in us-east-1 for the most used operations; each operation has its own
 * bucket. Other operations are not throttled here.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general
 */
export const REQUEST_QUOTAS: Readonly<Record<string, RequestQuota>> = {
  StartExecution: { bucket: 1_300, refillPerSecond: 300 },
  StopExecution: { bucket: 1_000, refillPerSecond: 200 },
  DescribeExecution: { bucket: 300, refillPerSecond: 15 },
  GetExecutionHistory: { bucket: 400, refillPerSecond: 20 },
  SendTaskFailure: { bucket: 3_000, refillPerSecond: 500 },
  SendTaskHeartbeat: { bucket: 3_000, refillPerSecond: 500 },
  SendTaskSuccess: { bucket: 3_000, refillPerSecond: 500 },
  TestState: { bucket: 10, refillPerSecond: 50 },
};
