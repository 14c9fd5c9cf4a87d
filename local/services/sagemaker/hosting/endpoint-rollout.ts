import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { MAX_FAILURE_REASON_CHARACTERS } from '../limits.ts';
import type { EndpointParts } from './endpoint-parts.ts';
import { RollbackNeeded, reasonOf } from './failures.ts';
import { desiredCountOf, settledState, totalInstances } from './fleet-states.ts';
import type { DeploymentRecord } from './records.ts';
import { alarmNamesOf } from './rollback-alarms.ts';
import { planRollout, type RolloutPlan, type RolloutStep } from './rollout-plan.ts';

/** The end of the time for a deployment, and the failure reason after it. */
interface TimeLimit {
  readonly endsAt: number;
  readonly reason: string;
}

/** Carries out the deployment in the record from its current step; rolls back if it fails. */
export async function rollOut(parts: EndpointParts): Promise<void> {
  const { state, work } = parts;
  const { deployment } = state;
  const plan = planRollout(deployment.config, totalInstances(deployment.green));
  try {
    await launchGreen(parts, deployment, plan);
    await checkAlarms(parts, deployment.config);
    for (const [index, step] of plan.steps.entries()) {
      if (index < deployment.step) continue;
      await activate(parts, plan, step, index);
      await bake(parts, deployment.config, step, limitOf(plan, deployment));
      if (plan.kind === 'rolling') await retireBatch(parts, step);
    }
    await finish(parts, deployment);
  } catch (error) {
    if (work.isStop(error)) return;
    await rollBack(parts, state.deployment, reasonOf(error));
  }
}

async function launchGreen(
  { state, fleets, work }: EndpointParts,
  deployment: DeploymentRecord,
  plan: RolloutPlan,
): Promise<void> {
  const green = fleets.addGreen(deployment.green);
  const first = plan.steps[Math.max(0, deployment.step)]?.instances ?? 1;
  const countOf = plan.kind === 'rolling' ? () => first : desiredCountOf(deployment.green);
  state.enterPhase('green', 'Creating', ({ name }) => `Launching ${countOf(name)} instance(s).`);
  await work.holdingClock(() => green.start(countOf));
  work.checkStopped();
}

/** @throws RollbackNeeded when an alarm is in ALARM */
async function checkAlarms(
  { state, work, alarms }: EndpointParts,
  config: DeploymentConfig | undefined,
): Promise<void> {
  const role = state.deployment.green.spec.variants[0]?.roleArn ?? '';
  const names = await alarms.inAlarm(alarmNamesOf(config), role);
  work.checkStopped();
  if (names.length > 0) throw alarmed(names);
}

async function activate(
  { state, fleets, work }: EndpointParts,
  plan: RolloutPlan,
  step: RolloutStep,
  index: number,
): Promise<void> {
  if (plan.kind === 'rolling') {
    await work.holdingClock(async () => {
      for (const variant of fleets.green?.variants ?? []) await variant.scaleTo(step.instances);
    });
    work.checkStopped();
  }
  state.change({ deployment: { ...state.deployment, step: index, share: step.share } });
  const message = `Activating traffic on ${capacityOf(step)} capacity of ${step.instances} instance(s).`;
  state.enterPhase('green', 'ActivatingTraffic', () => message);
  fleets.shift(step.share);
}

/** The word for the capacity in AWS's status messages. */
function capacityOf({ capacity }: RolloutStep): string {
  return capacity === 'full' || capacity === 'canary' ? capacity : 'partial';
}

/** Waits for the time of the step. @throws RollbackNeeded for an alarm or the time limit */
async function bake(
  parts: EndpointParts,
  config: DeploymentConfig | undefined,
  step: RolloutStep,
  limit: TimeLimit,
): Promise<void> {
  if (step.bakeSeconds === 0) return;
  const message = `Baking for ${step.bakeSeconds} seconds (${step.waitName}) with traffic enabled on ${capacityOf(step)} capacity of ${step.instances} instance(s).`;
  parts.state.enterPhase('both', 'Baking', () => message);
  const alarm = await waitForAlarm(parts, alarmNamesOf(config), step.bakeSeconds * 1_000, limit);
  parts.work.checkStopped();
  if (alarm !== undefined) throw alarmed([alarm]);
  await checkAlarms(parts, config);
}

/** Resolves after the time with undefined, or earlier with the name of an alarm that went into ALARM. */
function waitForAlarm(
  { cloud, work, alarms }: EndpointParts,
  names: readonly string[],
  durationMs: number,
  limit: TimeLimit,
): Promise<string | undefined> {
  const { clock } = cloud;
  const { signal } = work;
  const remaining = limit.endsAt - clock.now();
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      timer.cancel();
      unwatch();
      signal.removeEventListener('abort', onStop);
      finish();
    };
    const timer = clock.setTimer(Math.max(0, Math.min(durationMs, remaining)), () =>
      end(() => {
        if (durationMs <= remaining) resolve(undefined);
        else reject(new RollbackNeeded(limit.reason));
      }),
    );
    const unwatch = alarms.watch(names, (name) => end(() => resolve(name)));
    const onStop = () => end(() => resolve(undefined));
    signal.addEventListener('abort', onStop);
    if (signal.aborted) onStop();
  });
}

/** Ends as many old instances as new ones serve in a rolling update. */
async function retireBatch(
  { state, fleets, work }: EndpointParts,
  step: RolloutStep,
): Promise<void> {
  const [variant] = state.record.live.states;
  if (variant === undefined) return;
  const left = Math.round(variant.desiredInstanceCount * (1 - step.share));
  const leaving = variant.currentInstanceCount - left;
  state.enterPhase('live', 'Deleting', () => `Terminating ${leaving} instance(s).`);
  state.change({
    live: { ...state.record.live, states: [{ ...variant, currentInstanceCount: left }] },
  });
  await fleets.live.variants[0]?.scaleTo(left);
  work.checkStopped();
}

async function finish(parts: EndpointParts, deployment: DeploymentRecord): Promise<void> {
  const { state, fleets, work } = parts;
  const { green } = fleets;
  if (green === undefined) return;
  state.enterPhase(
    'live',
    'Deleting',
    ({ currentInstanceCount }) => `Terminating ${currentInstanceCount} instance(s).`,
  );
  await fleets.live.drain();
  work.checkStopped();
  fleets.promote(green);
  const { deployment: _done, failureReason: _former, ...rest } = state.record;
  state.put({
    ...rest,
    status: 'InService',
    live: { spec: deployment.green.spec, states: deployment.green.states.map(settledState) },
    ...(deployment.config === undefined ? {} : { lastDeploymentConfig: deployment.config }),
  });
  state.publish();
}

/** Brings all traffic back to the live fleet, and ends the green one. */
export async function rollBack(
  parts: EndpointParts,
  deployment: DeploymentRecord,
  reason: string,
): Promise<void> {
  const { state, fleets, work } = parts;
  const failureReason = reason.slice(0, MAX_FAILURE_REASON_CHARACTERS);
  const { green } = fleets;
  if (deployment.rollbackReason === undefined) {
    const rollingBack = { ...deployment, rollbackReason: failureReason };
    state.change({ status: 'RollingBack', failureReason, deployment: rollingBack });
    state.publish();
  }
  try {
    await fleets.ready;
    await restoreLive(parts, deployment);
    work.checkStopped();
    fleets.shift(0);
    state.change({ deployment: { ...state.deployment, share: 0 } });
    state.enterPhase(
      'green',
      'Deleting',
      ({ desiredInstanceCount }) => `Terminating ${desiredInstanceCount} instance(s).`,
    );
    await green?.drain();
    work.checkStopped();
    fleets.dropGreen();
    endRollback(parts, 'InService', failureReason);
  } catch (error) {
    if (work.isStop(error)) return;
    endRollback(parts, 'UpdateRollbackFailed', `${failureReason} ${reasonOf(error)}`);
  }
}

/** Starts the instances that a rolling update took from the live fleet, batch by batch. */
async function restoreLive(
  { state, fleets, work }: EndpointParts,
  { config }: DeploymentRecord,
): Promise<void> {
  if (config?.RollingUpdatePolicy === undefined) return;
  const wanted = state.record.live.states[0]?.desiredInstanceCount;
  const variant = fleets.live.variants[0];
  if (wanted === undefined || variant === undefined) return;
  const { rollbackBatch } = planRollout(config, wanted);
  await work.holdingClock(async () => {
    while (variant.instanceCount < wanted) {
      await variant.scaleTo(Math.min(wanted, variant.instanceCount + rollbackBatch));
      work.checkStopped();
    }
  });
}

function endRollback(
  { state }: EndpointParts,
  status: 'InService' | 'UpdateRollbackFailed',
  failureReason: string,
): void {
  const { deployment, ...rest } = state.record;
  state.put({
    ...rest,
    status,
    failureReason: failureReason.slice(0, MAX_FAILURE_REASON_CHARACTERS),
    live: { spec: rest.live.spec, states: rest.live.states.map(settledState) },
    ...(deployment?.config === undefined ? {} : { lastDeploymentConfig: deployment.config }),
  });
  state.publish();
}

function limitOf(plan: RolloutPlan, deployment: DeploymentRecord): TimeLimit {
  const seconds = plan.maximumExecutionSeconds;
  return {
    endsAt:
      seconds === undefined ? Number.POSITIVE_INFINITY : deployment.startTime + seconds * 1_000,
    reason: `The deployment did not end within MaximumExecutionTimeoutInSeconds (${seconds}).`,
  };
}

function alarmed(names: readonly string[]): RollbackNeeded {
  return new RollbackNeeded(
    `The deployment was rolled back because the following auto-rollback alarm(s) went into ALARM state: ${names.join(', ')}.`,
  );
}
