import { CfnDeletionPolicy, Duration, Fn } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  type StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { WorkflowRollout } from '../../definition/index.ts';
import { WORKFLOW_ALIAS } from '../../events/index.ts';

export interface WorkflowReleaseProps {
  readonly machine: StateMachine;
  /** How a changed definition takes over. */
  readonly rollout: WorkflowRollout;
}

/** The number in the ARN of a version, `arn:aws:states:…:stateMachine:NAME:3`. */
const NUMBER_OF_VERSION = 7;

/**
 * What is published of a workflow: a version for each changed definition, and the alias that starts executions. Versions
 * before stay, so that the alias can be taken back; `WorkflowVersions` bounds their number.
 */
export class WorkflowRelease extends Construct {
  readonly machine: StateMachine;
  readonly #alias: CfnStateMachineAlias;

  constructor(scope: Construct, id: string, { machine, rollout }: WorkflowReleaseProps) {
    super(scope, id);
    this.machine = machine;
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: machine.stateMachineArn,
      stateMachineRevisionId: machine.stateMachineRevisionId,
    });
    version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    version.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
    this.#alias = new CfnStateMachineAlias(this, 'Alias', {
      name: WORKFLOW_ALIAS,
      description: 'Starts executions; moved by deployments, and by "stepmill workflow rollback"',
      deploymentPreference: {
        stateMachineVersionArn: version.ref,
        ...this.#describeShift(version, rollout),
      },
    });
  }

  get aliasArn(): string {
    return this.#alias.ref;
  }

  /** Which version the last deployment has made. */
  get versionArn(): string {
    return (this.#alias.deploymentPreference as CfnStateMachineAlias.DeploymentPreferenceProperty)
      .stateMachineVersionArn;
  }

  /**
   * Step Functions authorizes an alias on its machine's ARN, which the CDK's own grants of an alias miss.
   * https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
   */
  grantStart(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [this.machine.stateMachineArn],
        conditions: startsLiveOnly,
      }),
    );
  }

  #describeShift(version: CfnStateMachineVersion, rollout: WorkflowRollout) {
    if (rollout.type === 'all-at-once') return { type: 'ALL_AT_ONCE' };
    const alarms = [
      this.#watch('Failed', 'ExecutionsFailed', version),
      this.#watch('TimedOut', 'ExecutionsTimedOut', version),
    ];
    return {
      type: rollout.type === 'canary' ? 'CANARY' : 'LINEAR',
      percentage: rollout.percent,
      interval: rollout.minutes,
      alarms: alarms.map(({ alarmName }) => alarmName),
    };
  }

  /**
   * Of the new version alone: what fails on the one before is no reason to keep it. The name has the version, so that each has
   * alarms of its own: one that is updated stays in ALARM, and CloudFormation shifts nothing while one is.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  #watch(id: string, metricName: string, version: CfnStateMachineVersion): Alarm {
    const number = Fn.select(NUMBER_OF_VERSION, Fn.split(':', version.ref));
    return new Alarm(this, id, {
      alarmName: Fn.join('-', [this.machine.stateMachineName, number, metricName]),
      metric: new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap: {
          StateMachineArn: this.machine.stateMachineArn,
          Version: number,
        },
        statistic: Stats.SUM,
        period: Duration.minutes(1),
      }),
      alarmDescription: `${this.machine.node.path}: ${metricName} of the new version takes the alias back while it shifts.`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** Narrows a permission to start executions to the alias. */
export const startsLiveOnly = {
  'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': [WORKFLOW_ALIAS] },
};
