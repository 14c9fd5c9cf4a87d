import { Duration } from 'aws-cdk-lib';
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
import type { Names } from '../workflows/index.ts';

export interface ProjectDashboardProps {
  readonly names: Names;
  readonly machines: readonly StateMachine[];
  readonly alarms: readonly Alarm[];
}

/** One look at a project: its alarms, its executions, its endpoint. */
export class ProjectDashboard extends Construct {
  constructor(scope: Construct, id: string, { names, machines, alarms }: ProjectDashboardProps) {
    super(scope, id);
    const endpoint = (metricName: string, statistic: string) =>
      new Metric({
        namespace: 'AWS/SageMaker',
        metricName,
        dimensionsMap: { EndpointName: names.endpoint, VariantName: names.variant },
        statistic,
        period: Duration.minutes(1),
      });
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
              endpoint('Invocations', Stats.SUM),
              endpoint('Invocation4XXErrors', Stats.SUM),
              endpoint('Invocation5XXErrors', Stats.SUM),
            ],
          }),
          new GraphWidget({
            title: 'Latency (microseconds)',
            width: 8,
            left: [
              endpoint('ModelLatency', Stats.percentile(50)),
              endpoint('ModelLatency', Stats.percentile(99)),
              endpoint('OverheadLatency', Stats.percentile(99)),
            ],
          }),
          new GraphWidget({
            title: 'Instances',
            width: 8,
            left: [endpoint('InvocationsPerInstance', Stats.SUM)],
          }),
        ],
      ],
    });
  }
}
