import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findInstances } from '../../../definition/index.ts';
import { LONGEST_ALARM_WAIT_MINUTES } from '../../../events/index.ts';
import { jsonata } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import { callService } from '../../tasks/index.ts';
import { goesBack } from './candidate.ts';

export const LONGEST_ALARM_WAIT = Duration.minutes(LONGEST_ALARM_WAIT_MINUTES);
/** After failed requests: until their minute has passed and CloudWatch has evaluated it. */
const ALARM_DELAY = Duration.minutes(3);
/** Updates of one promotion, where an alarm ends the first before the new model has any request. */
const MAXIMUM_UPDATES = 2;

/** When the new fleet was last seen without a request, before it had any. */
const noRequests = { hasRequests: false, idleAt: '' };

/** What a promotion knows of the rollback alarms before it has looked at them. */
export const alarmVariables = {
  rollbackAlarms: { since: '', raised: [] },
  newFleet: noRequests,
  raisedAt: 0,
  updatesUndone: 0,
};

/** Whether the project's updates are guarded by alarms; a serverless endpoint has no guardrails. */
export function isGuarded({ project, rollbackAlarmNames }: ProjectResources): boolean {
  return findInstances(project.serving) !== undefined && rollbackAlarmNames.length > 0;
}

const inAlarm =
  '$append($states.result.MetricAlarms, $states.result.CompositeAlarms)[StateValue = "ALARM"]';

/** The alarms that would end an update, independent of the new model. */
export function checkRollbackAlarms(scope: Construct, resources: ProjectResources): CallAwsService {
  return describeAlarms(scope, 'Check rollback alarms', resources, {
    rollbackAlarms: jsonata(`{
  "since": $rollbackAlarms.since != "" ? $rollbackAlarms.since : $states.context.State.EnteredTime,
  "raised": [${inAlarm}.AlarmName]
}`),
    newFleet: noRequests,
  });
}

/** The alarms that are in ALARM after a rollback, and since when. */
export function findAlarms(scope: Construct, resources: ProjectResources): CallAwsService {
  return describeAlarms(scope, 'Find alarms', resources, {
    alarms: jsonata(`[${inAlarm}.(AlarmName & ": " & StateReason)]`),
    raisedAt: jsonata(
      `$max([0, ${inAlarm}.($exists(StateTransitionedTimestamp) ? $toMillis(StateTransitionedTimestamp) : $millis())])`,
    ),
  });
}

function describeAlarms(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  assign: Readonly<Record<string, unknown>>,
): CallAwsService {
  const others = findInstances(resources.project.serving)?.alarms.named ?? [];
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

/** Every alarm was raised while the new model had no request, so none of them says anything about it. */
export const wasNotJudged =
  '$count($alarms) > 0 and $newFleet.idleAt != "" and $raisedAt <= $toMillis($newFleet.idleAt)';
export const mayUpdateAgain = `$updatesUndone + 1 < ${MAXIMUM_UPDATES}`;
export const countUpdate = { updatesUndone: jsonata('$updatesUndone + 1') };

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantStatus.html */
const servingStatuses =
  '$states.result.PendingDeploymentSummary.ProductionVariants.VariantStatus[Status in ["ActivatingTraffic", "Baking"]]';
const hasRequests = `($newFleet.hasRequests or $count(${servingStatuses}) > 0)`;

/** What a look at the endpoint shows of the new fleet. */
export const watchNewFleet = jsonata(`{
  "hasRequests": ${hasRequests},
  "idleAt": $states.result.EndpointStatus = "Updating" and $not(${hasRequests}) ? $states.context.State.EnteredTime : $newFleet.idleAt
}`);

/** What people are notified of beside the outcome; nothing where all alarms guarded the update. */
export const alarmsLeftOut =
  '$count($rollbackAlarms.raised) > 0 ? "In ALARM before the update, so that they did not guard it: " & $join($rollbackAlarms.raised, ", ") & "."';
