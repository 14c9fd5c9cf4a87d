import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findAlarmBounds } from '../../../definition/index.ts';
import { LONGEST_ALARM_WAIT_MINUTES } from '../../../events/index.ts';
import { jsonata } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import { callService } from '../../tasks/index.ts';
import { goesBack } from './candidate.ts';

export const LONGEST_ALARM_WAIT = Duration.minutes(LONGEST_ALARM_WAIT_MINUTES);
/** After failed requests: until their minute has passed and CloudWatch has evaluated it. */
const ALARM_DELAY = Duration.minutes(3);
/** What a promotion knows of the rollback alarms before it has looked at them. */
export const alarmVariables = {
  rollbackAlarms: { since: '', raised: [] },
};

/** Whether the project's updates are guarded by alarms; a serverless endpoint has no guardrails. */
export function isGuarded({ project, rollbackAlarmNames }: ProjectResources): boolean {
  return findAlarmBounds(project.serving) !== undefined && rollbackAlarmNames.length > 0;
}

/** Of DescribeAlarms. */
export const inAlarm =
  '$append($states.result.MetricAlarms, $states.result.CompositeAlarms)[StateValue = "ALARM"]';

/** The alarms that would end an update, independent of the new model. */
export function checkRollbackAlarms(
  scope: Construct,
  resources: ProjectResources,
  assign: Assigned,
): CallAwsService {
  return describeAlarms(scope, 'Check rollback alarms', resources, {
    rollbackAlarms: jsonata(`{
  "since": $rollbackAlarms.since != "" ? $rollbackAlarms.since : $states.context.State.EnteredTime,
  "raised": [${inAlarm}.AlarmName]
}`),
    ...assign,
  });
}

/** The alarms that are in ALARM after a rollback. */
export function findAlarms(
  scope: Construct,
  resources: ProjectResources,
  assign: Assigned,
): CallAwsService {
  return describeAlarms(scope, 'Find alarms', resources, { alarms: namesAndReasons, ...assign });
}

/** What a place assigns of the same answer. */
type Assigned = Readonly<Record<string, unknown>>;

/** For people: the alarms that are in ALARM. */
export const namesAndReasons = jsonata(`[${inAlarm}.(AlarmName & ": " & StateReason)]`);

export function describeAlarms(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  assign: Readonly<Record<string, unknown>>,
): CallAwsService {
  const others = findAlarmBounds(resources.project.serving)?.named ?? [];
  return callService(scope, id, {
    service: 'cloudwatch',
    action: 'describeAlarms',
    resources: others.length === 0 ? alarmArns(scope, resources) : ['*'],
    arguments: {
      AlarmNames: [...resources.rollbackAlarmNames],
      // A project's further alarms may be composite, which only a permission on all alarms shows:
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
      AlarmTypes: others.length === 0 ? ['MetricAlarm'] : ['MetricAlarm', 'CompositeAlarm'],
    },
    assign,
  });
}

function alarmArns(scope: Construct, { rollbackAlarmNames }: ProjectResources): string[] {
  return rollbackAlarmNames.map((resourceName) =>
    Stack.of(scope).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}

const waitedSeconds =
  '(($toMillis($states.context.State.EnteredTime) - $toMillis($rollbackAlarms.since)) / 1000)';
const isQuiet = '$count($rollbackAlarms.raised) = 0';
/** Requests that the live model failed have had the time to raise an alarm. */
const isSettled = `($not(null in $baseline) or ${waitedSeconds} >= ${ALARM_DELAY.toSeconds()})`;
/** To wait does not help, or costs more than an update that one alarm fewer guards. */
const cannotWait = `(${goesBack} or ($count($baseline) > 0 and $count($baseline[$ != null]) = 0))`;
const waitedLong = `${waitedSeconds} >= ${LONGEST_ALARM_WAIT.toSeconds()}`;

/** The update may begin, with the alarms that are quiet now. */
export const mayUpdate = `${isQuiet} ? ${isSettled} : (${cannotWait} or ${waitedLong})`;

/** The names of the alarms that guard the update: those that were quiet before it. */
export function renderGuards({ rollbackAlarmNames }: ProjectResources): string {
  return `$filter(${JSON.stringify(rollbackAlarmNames)}, function($name) { $not($name in $rollbackAlarms.raised) })`;
}

/** What people are notified of beside the outcome; nothing where all alarms guarded the update. */
export const alarmsLeftOut =
  '$count($rollbackAlarms.raised) > 0 ? "In ALARM before the update, so that they did not guard it: " & $join($rollbackAlarms.raised, ", ") & "."';
