import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { findTrial, type Serving } from '../projects/index.ts';
import type { Names } from '../workflows/index.ts';
import { variantMetric } from './variant-metrics.ts';

export interface ProjectDashboardProps {
  readonly names: Names;
  readonly serving: Serving;
  readonly machines: readonly StateMachine[];
  readonly alarms: readonly Alarm[];
}

/** One look at a project: its alarms, its executions, its endpoint. */
export class ProjectDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ProjectDashboardProps) {
    super(scope, id);
    const { names, serving, machines, alarms } = props;
    const isTried = findTrial(serving) !== undefined;
    const variants = isTried ? [names.variant, names.challenger] : [names.variant];
    const endpoint = (metricName: string, statistic: string) =>
      variants.map((variant) =>
        variantMetric(names.endpoint, variant, metricName, statistic).with(
          isTried ? { label: `${variant} ${metricName} ${statistic}` } : {},
        ),
      );
    new Dashboard(this, 'Resource', {
      dashboardName: `stepmill-${names.environment}-${names.project}`,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24 })],
        machines.map(
          (machine) =>
            new GraphWidget({
              title: machine.node.scope?.node.id ?? '',
              width: 8,
              left: [machine.metricSucceeded(), machine.metricFailed(), machine.metricTimedOut()],
            }),
        ),
        [
          new GraphWidget({
            title: 'Requests',
            width: 8,
            left: [
              ...endpoint('Invocations', Stats.SUM),
              ...endpoint('Invocation4XXErrors', Stats.SUM),
              ...endpoint('Invocation5XXErrors', Stats.SUM),
            ],
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
        ],
      ],
    });
  }
}
