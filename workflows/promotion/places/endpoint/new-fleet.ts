import { jsonata } from '../../../jsonata.ts';
import { inAlarm } from '../../states/rollback-alarms.ts';

/** Updates of one promotion, where an alarm ends the first before the new model has any request. */
const MAXIMUM_UPDATES = 2;

/** When the new fleet was last seen without a request, before it had any. */
const newFleet = { hasRequests: false, idleAt: '' };

/** What a promotion knows of the new fleet before an update. */
export const noRequests = { newFleet };
export const fleetVariables = { ...noRequests, raisedAt: 0, updatesUndone: 0 };

/** Since when alarms are in ALARM, of the answer that names them. */
export const noteWhenRaised = {
  raisedAt: jsonata(
    `$max([0, ${inAlarm}.($exists(StateTransitionedTimestamp) ? $toMillis(StateTransitionedTimestamp) : $millis())])`,
  ),
};

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
