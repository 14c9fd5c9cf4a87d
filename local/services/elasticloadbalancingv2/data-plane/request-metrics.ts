import type { Cloud } from '../../../cloud/cloud.ts';
import { dimensionOf } from '../arns.ts';

/** What became of one request. */
export interface RequestFacts {
  readonly loadBalancerArn: string;
  readonly status: number;
  /** Undefined where the load balancer answered by itself without choosing a group. */
  readonly targetGroupArn?: string | undefined;
  /** The load balancer made the answer. */
  readonly isOwn: boolean;
  readonly connectionFailed?: boolean;
  /** Until the first byte of the target's answer. */
  readonly targetSeconds?: number;
  readonly healthyTargets?: number;
}

type Metric = readonly [name: string, value: number, unit: string];

/**
 * Records what AWS counts for a request; counts of errors only where there is one.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function recordRequest(cloud: Cloud, facts: RequestFacts): void {
  const LoadBalancer = dimensionOf(facts.loadBalancerArn);
  const record = (dimensions: Readonly<Record<string, string>>, metrics: readonly Metric[]) => {
    for (const [name, value, unit] of metrics) {
      cloud.recordMetric({ namespace: 'AWS/ApplicationELB', name, dimensions, value, unit });
    }
  };
  const { targetGroupArn } = facts;
  const ofTarget = targetMetrics(facts);
  const isCounted = !facts.isOwn || targetGroupArn !== undefined;
  const count: readonly Metric[] = isCounted ? [['RequestCount', 1, 'Count']] : [];
  record({ LoadBalancer }, [...count, ...ofTarget, ...ownMetrics(facts)]);
  if (targetGroupArn === undefined) return;
  const TargetGroup = dimensionOf(targetGroupArn);
  record({ TargetGroup, LoadBalancer }, [...count, ...ofTarget]);
  const perTarget: Metric = [
    'RequestCountPerTarget',
    1 / Math.max(1, facts.healthyTargets ?? 1),
    'Count',
  ];
  record({ TargetGroup }, [perTarget]);
  record({ TargetGroup, LoadBalancer }, [perTarget]);
}

function targetMetrics({
  connectionFailed,
  isOwn,
  status,
  targetSeconds,
}: RequestFacts): readonly Metric[] {
  return [
    ...(isOwn
      ? []
      : [[`HTTPCode_Target_${Math.floor(status / 100)}XX_Count`, 1, 'Count'] as const]),
    ...(targetSeconds === undefined
      ? []
      : [['TargetResponseTime', targetSeconds, 'Seconds'] as const]),
    ...(connectionFailed === true ? [['TargetConnectionErrorCount', 1, 'Count'] as const] : []),
  ];
}

const COUNTED_ALONE: readonly number[] = [500, 502, 503, 504];

function ownMetrics({ isOwn, status }: RequestFacts): readonly Metric[] {
  if (!isOwn || status < 300) return [];
  return [
    [`HTTPCode_ELB_${Math.floor(status / 100)}XX_Count`, 1, 'Count'],
    ...(COUNTED_ALONE.includes(status)
      ? [[`HTTPCode_ELB_${status}_Count`, 1, 'Count'] as const]
      : []),
  ];
}
