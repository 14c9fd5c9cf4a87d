import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { findTrial, type Serving } from '../definition/index.ts';
import type { Names, ServingService } from '../workflows/index.ts';
import { aliasMetric } from './serving/function-metrics.ts';
import { LIVE_ALIAS } from './serving/model-function.ts';
import { balancerMetric } from './serving/service-metrics.ts';
import { PERIOD, variantMetric } from './serving/variant-metrics.ts';

export interface ProjectDashboardProps {
  readonly names: Names;
  readonly serving: Serving;
  /** Only where models serve in containers. */
  readonly service?: ServingService | undefined;
  readonly machines: readonly StateMachine[];
  readonly alarms: readonly Alarm[];
}

/** The dashboard of a project: its alarms, its executions, its endpoint. */
export class ProjectDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ProjectDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Resource', {
      dashboardName: `stepmill-${props.names.environment}-${props.names.project}`,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24 })],
        props.machines.map(showExecutions),
        showEndpoint(props),
      ],
    });
  }
}

function showExecutions(machine: StateMachine): GraphWidget {
  return new GraphWidget({
    title: machine.node.scope?.node.id ?? '',
    width: 8,
    left: [machine.metricSucceeded(), machine.metricFailed(), machine.metricTimedOut()],
  });
}

/** What Lambda measures of the alias. */
function showFunction({ servingFunction }: Names): GraphWidget[] {
  const alias = (metricName: string, statistic: string) =>
    aliasMetric(servingFunction, LIVE_ALIAS, metricName, statistic);
  return [
    new GraphWidget({
      title: 'Requests',
      width: 8,
      left: ['Invocations', 'Errors', 'Throttles'].map((name) => alias(name, Stats.SUM)),
    }),
    new GraphWidget({
      title: 'Duration (milliseconds)',
      width: 8,
      left: [50, 99].map((percentile) => alias('Duration', Stats.percentile(percentile))),
    }),
    new GraphWidget({
      title: 'Concurrency',
      width: 8,
      left: ['ConcurrentExecutions', 'ProvisionedConcurrencySpilloverInvocations'].map((name) =>
        alias(name, name === 'ConcurrentExecutions' ? Stats.MAXIMUM : Stats.SUM),
      ),
    }),
  ];
}

/** What the load balancer measures. */
function showService({ loadBalancer, clusterName, name }: ServingService): GraphWidget[] {
  const balancer = (metricName: string, statistic: string) =>
    balancerMetric(loadBalancer, metricName, statistic);
  const errors = [
    'HTTPCode_Target_4XX_Count',
    'HTTPCode_Target_5XX_Count',
    'HTTPCode_ELB_5XX_Count',
  ];
  const used = (metricName: string) =>
    new Metric({
      namespace: 'AWS/ECS',
      metricName,
      dimensionsMap: { ClusterName: clusterName, ServiceName: name },
      statistic: Stats.AVERAGE,
      period: PERIOD,
    });
  return [
    new GraphWidget({
      title: 'Requests',
      width: 8,
      left: ['RequestCount', ...errors].map((metricName) => balancer(metricName, Stats.SUM)),
    }),
    new GraphWidget({
      title: 'Latency (seconds)',
      width: 8,
      left: [50, 99].map((each) => balancer('TargetResponseTime', Stats.percentile(each))),
    }),
    new GraphWidget({
      title: 'Tasks (percent used)',
      width: 8,
      left: ['CPUUtilization', 'MemoryUtilization'].map(used),
    }),
  ];
}

function showEndpoint({ names, serving, service }: ProjectDashboardProps): GraphWidget[] {
  if (service !== undefined) return showService(service);
  if (serving.type === 'lambda') return showFunction(names);
  const isTried = findTrial(serving) !== undefined;
  const variants = isTried ? [names.variant, names.challenger] : [names.variant];
  const endpoint = (metricName: string, statistic: string) =>
    variants.map((variant) =>
      variantMetric(names.endpoint, variant, metricName, statistic).with(
        isTried ? { label: `${variant} ${metricName} ${statistic}` } : {},
      ),
    );
  const requests = ['Invocations', 'Invocation4XXErrors', 'Invocation5XXErrors'];
  return [
    new GraphWidget({
      title: 'Requests',
      width: 8,
      left: requests.flatMap((metricName) => endpoint(metricName, Stats.SUM)),
    }),
    new GraphWidget({
      title: 'Latency (microseconds)',
      width: 8,
      left: [
        ...endpoint('ModelLatency', Stats.percentile(50)),
        ...endpoint('ModelLatency', Stats.percentile(99)),
        ...endpoint('OverheadLatency', Stats.percentile(99)),
      ],
    }),
    serving.type === 'serverless'
      ? new GraphWidget({
          title: 'Concurrency (share of the maximum)',
          width: 8,
          left: endpoint('ServerlessConcurrentExecutionsUtilization', Stats.MAXIMUM),
        })
      : new GraphWidget({
          title: 'Instances',
          width: 8,
          left: endpoint('InvocationsPerInstance', Stats.SUM),
        }),
  ];
}
