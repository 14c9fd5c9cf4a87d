import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  QueryLanguage,
  type TaskMetricsConfig,
  TaskStateBase,
  type TaskStateJsonataBaseProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { FargateCompute } from '../project-resources.ts';

/** How Step Functions hears that a task of ECS ended. */
const MANAGED_RULE = 'StepFunctionsGetEventsForECSTaskRule';

export interface RunTaskProps extends TaskStateJsonataBaseProps {
  readonly compute: FargateCompute;
  /** The request of RunTask. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * Runs a task of ECS to its end. The task of `aws-cdk-lib` names the family, so that an execution may meet another
 * revision, and lets the workflow stop and describe every task of the account.
 */
export class RunTask extends TaskStateBase {
  protected override readonly taskMetrics?: TaskMetricsConfig;
  protected override readonly taskPolicies: PolicyStatement[];
  readonly #props: RunTaskProps;

  constructor(scope: Construct, id: string, props: RunTaskProps) {
    super(scope, id, { ...props, queryLanguage: QueryLanguage.JSONATA });
    this.#props = props;
    this.taskPolicies = this.#renderPolicies();
  }

  protected override _renderTask(): object {
    const { partition } = Stack.of(this);
    return {
      Resource: `arn:${partition}:states:::ecs:runTask.sync`,
      Arguments: this.#props.arguments,
    };
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
  #renderPolicies(): PolicyStatement[] {
    const { clusterArn, clusterName, revisionsArn, roles } = this.#props.compute;
    const stack = Stack.of(this);
    const tasks = stack.formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${clusterName}/*`,
    });
    const rule = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: MANAGED_RULE,
    });
    return [
      new PolicyStatement({
        // A running execution starts the revision it began with, after a deployment of the next one.
        actions: ['ecs:RunTask'],
        resources: [revisionsArn],
        conditions: { ArnEquals: { 'ecs:cluster': clusterArn } },
      }),
      new PolicyStatement({
        actions: ['ecs:StopTask', 'ecs:DescribeTasks'],
        resources: [tasks],
      }),
      new PolicyStatement({
        // A task gets the tags of its definition when it is started.
        actions: ['ecs:TagResource'],
        resources: [tasks],
        conditions: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: roles.map(({ roleArn }) => roleArn),
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [rule],
      }),
    ];
  }
}
