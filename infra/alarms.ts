import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnRule, type Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { WORKFLOW_ALIAS } from '../events/index.ts';
import type { Names } from '../workflows/index.ts';

export interface ProjectAlarmsProps {
  readonly names: Names;
  readonly topic: ITopic;
  readonly machines: readonly StateMachine[];
  /**
   * Machines whose executions count only where the alias has started them: a delivery tries commits on reference data without
   * it, and a commit that fails there is the delivery's to report.
   */
  readonly tried: readonly StateMachine[];
  readonly rules: readonly Rule[];
  readonly deadLetters: IQueue;
}

const PERIOD = Duration.minutes(1);

/** Alarms that notify the topic: executions that failed, events that were not delivered or not read. */
export class ProjectAlarms extends Construct {
  readonly alarms: readonly Alarm[];
  readonly #props: ProjectAlarmsProps;

  constructor(scope: Construct, id: string, props: ProjectAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.alarms = [
      ...props.machines.flatMap((machine) => this.#watchExecutions(machine)),
      ...props.rules.map((rule) => this.#watchDelivery(rule)),
      this.#create(
        'DeadLetters',
        'undelivered events wait in the dead-letter queue',
        props.deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      ),
      this.#watchObserver(),
    ];
  }

  #watchExecutions(machine: StateMachine): readonly Alarm[] {
    const workflow = machine.node.scope?.node.id ?? '';
    const all = { period: PERIOD };
    // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    const started = this.#props.tried.includes(machine)
      ? {
          ...all,
          dimensionsMap: { StateMachineArn: machine.stateMachineArn, Alias: WORKFLOW_ALIAS },
        }
      : all;
    return [
      this.#create(`${workflow}Failed`, 'executions failed', machine.metricFailed(started)),
      this.#create(`${workflow}TimedOut`, 'executions timed out', machine.metricTimedOut(started)),
      this.#create(
        `${workflow}Throttled`,
        'executions were throttled',
        machine.metricThrottled(all),
      ),
    ];
  }

  #watchDelivery(rule: Rule): Alarm {
    return this.#create(
      `${rule.node.id}NotDelivered`,
      'an event did not reach its target',
      new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: renderRuleDimensions(rule),
        statistic: Stats.SUM,
        period: PERIOD,
      }),
    );
  }

  #watchObserver(): Alarm {
    const { names } = this.#props;
    return this.#create(
      'UnreadableEvents',
      'the observer could not read an event',
      new Metric({
        namespace: 'Stepmill',
        metricName: 'UnreadableEvents',
        dimensionsMap: {
          service: 'observer',
          Project: names.project,
          Environment: names.environment,
        },
        statistic: Stats.SUM,
        period: PERIOD,
      }),
    );
  }

  #create(id: string, what: string, metric: IMetric): Alarm {
    const { names, topic } = this.#props;
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `${names.qualified}: ${what}. See docs/runbooks.md.`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Without data, nothing ran.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  }
}

/**
 * Metrics of a rule of a custom bus name the bus as well; and what CloudFormation calls such a rule is `bus|rule`, not its name.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
function renderRuleDimensions(rule: Rule): Record<string, string> {
  const { defaultChild } = rule.node;
  if (!(defaultChild instanceof CfnRule)) return { RuleName: rule.ruleName };
  const { eventBusName, name } = defaultChild;
  return eventBusName === undefined || name === undefined
    ? { RuleName: rule.ruleName }
    : { EventBusName: eventBusName, RuleName: name };
}
