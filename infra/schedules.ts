import { Duration, Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Schedule } from '../definition/index.ts';
import { serviceActingFor } from '../workflows/index.ts';
import type { WorkflowRelease } from './releases/workflow-release.ts';

/** A start that was missed by more is left to the next one. */
const MAXIMUM_AGE = Duration.hours(1);
const RETRIES = 2;
const GROUP = 'default';

export interface WorkflowScheduleProps {
  readonly name: string;
  readonly description: string;
  readonly schedule: Schedule;
  readonly workflow: WorkflowRelease;
  /** May hold the keywords of Scheduler, such as `<aws.scheduler.scheduled-time>`. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly deadLetters: IQueue;
}

/** Starts a workflow by the clock. What cannot be started goes to the dead-letter queue. */
export class WorkflowSchedule extends Construct {
  constructor(scope: Construct, id: string, props: WorkflowScheduleProps) {
    super(scope, id);
    const { workflow, deadLetters, schedule } = props;
    const group = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: GROUP,
    });
    const role = new Role(this, 'Role', {
      // Scheduler names its group as the source, never the schedule:
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: serviceActingFor(this, 'scheduler.amazonaws.com', [group]),
    });
    workflow.grantStart(role);
    deadLetters.grantSendMessages(role);
    const resource = new CfnSchedule(this, 'Resource', {
      name: props.name,
      groupName: GROUP,
      description: props.description,
      scheduleExpression: schedule.expression,
      scheduleExpressionTimezone: schedule.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: workflow.aliasArn,
        roleArn: role.roleArn,
        input: Stack.of(this).toJsonString(props.input),
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: {
          maximumEventAgeInSeconds: MAXIMUM_AGE.toSeconds(),
          maximumRetryAttempts: RETRIES,
        },
      },
    });
    // Scheduler asks at creation whether the role may be taken on.
    resource.node.addDependency(role);
  }
}
