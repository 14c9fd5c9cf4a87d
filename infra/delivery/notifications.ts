import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import {
  EventField,
  type EventPattern,
  type IRuleTarget,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { CodePipeline, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DELIVERY } from '../../delivery/index.ts';
import { serviceActingFor } from '../../workflows/index.ts';
import type { DeliverySource } from './delivery-props.ts';
import { selectPushes } from './source.ts';

export interface DeliveryNotificationsProps {
  readonly pipeline: Pipeline;
  readonly source: DeliverySource;
  readonly topic: Topic;
}

const PERIOD = Duration.minutes(5);

/** How often and for how long EventBridge tries. */
const TRIES = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** Says when a delivery has failed and when an approval waits; starts the pipeline where the source does not. */
export class DeliveryNotifications extends Construct {
  readonly #props: DeliveryNotificationsProps;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, id: string, props: DeliveryNotificationsProps) {
    super(scope, id);
    this.#props = props;
    this.#deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.#createRule('Failed', 'A delivery failed, or a stage of it was rolled back', {
      pattern: {
        detailType: ['CodePipeline Stage Execution State Change'],
        detail: { state: ['FAILED'] },
      },
      say: `The stage ${EventField.fromPath('$.detail.stage')} of ${DELIVERY} failed. What was deployed before stays, or comes back where the stage deploys: ${this.#consoleLink()}`,
    });
    this.#createRule('ApprovalWaits', 'A delivery waits for an approval', {
      pattern: {
        detailType: ['CodePipeline Action Execution State Change'],
        detail: { state: ['STARTED'], type: { category: ['Approval'] } },
      },
      say: `${EventField.fromPath('$.detail.action')} of ${DELIVERY} waits for a decision, for at most seven days: ${this.#consoleLink()}`,
    });
    this.#startOnPush();
    this.#alarm(
      'Undelivered',
      'an event of the pipeline did not reach its target',
      this.#deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
    );
  }

  #consoleLink(): string {
    const { region } = Stack.of(this);
    return `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${DELIVERY}/view?region=${region}`;
  }

  #createRule(
    id: string,
    description: string,
    { pattern, say }: { readonly pattern: EventPattern; readonly say: string },
  ): void {
    const { pipeline, topic } = this.#props;
    this.#add(id, {
      description,
      pattern: { source: ['aws.codepipeline'], resources: [pipeline.pipelineArn], ...pattern },
      target: new SnsTopic(topic, {
        message: RuleTargetInput.fromText(say),
        deadLetterQueue: this.#deadLetters,
        ...TRIES,
      }),
    });
  }

  #startOnPush(): void {
    const { source, pipeline } = this.#props;
    if ('connection' in source) return;
    const name = this.#nameRule('Push');
    const rule = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: name,
    });
    this.#add('Push', {
      description: `A push to ${source.branch} starts the pipeline`,
      pattern: selectPushes(this, source),
      target: new CodePipeline(pipeline, {
        eventRole: new Role(this, 'StartPush', {
          assumedBy: serviceActingFor(this, 'events.amazonaws.com', [rule]),
        }),
        deadLetterQueue: this.#deadLetters,
        ...TRIES,
      }),
    });
  }

  #nameRule(id: string): string {
    return `${DELIVERY}-${id.replaceAll(/(?!^)[A-Z]/g, '-$&').toLowerCase()}`;
  }

  #add(
    id: string,
    rule: {
      readonly description: string;
      readonly pattern: EventPattern;
      readonly target: IRuleTarget;
    },
  ): void {
    const made = new Rule(this, id, {
      ruleName: this.#nameRule(id),
      description: rule.description,
      eventPattern: rule.pattern,
      targets: [rule.target],
    });
    this.#alarm(
      `${id}NotDelivered`,
      `an event for ${this.#nameRule(id)} did not reach its target`,
      new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: made.ruleName },
        statistic: Stats.SUM,
        period: PERIOD,
      }),
    );
  }

  #alarm(id: string, what: string, metric: IMetric): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `${DELIVERY}: ${what}. See docs/delivery.md.`,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#props.topic));
  }
}
