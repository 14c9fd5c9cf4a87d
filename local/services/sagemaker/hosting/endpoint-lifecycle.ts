import { retryPauseMs } from '../../../host/retry-pause.ts';
import type { EndpointParts } from './endpoint-parts.ts';
import { reasonOf } from './failures.ts';
import { currentCountOf, desiredCountOf, settledState } from './fleet-states.ts';
import type { VariantState } from './records.ts';

const RETRY_PAUSES = { firstMs: 500, longestMs: 30_000 };

/** Starts the fleet of a new endpoint. */
export async function createEndpoint({ state, fleets, work }: EndpointParts): Promise<void> {
  try {
    await work.holdingClock(() => fleets.live.start(desiredCountOf(state.record.live)));
  } catch (error) {
    work.checkStopped();
    state.change({ status: 'Failed', failureReason: reasonOf(error) });
    state.publish();
    return;
  }
  work.checkStopped();
  state.change({ status: 'InService' });
  state.publish();
}

/** Starts the live fleet after a restart of the runtime; retries until it succeeds. */
export async function startLive({ cloud, state, fleets, work }: EndpointParts): Promise<void> {
  const { live, deployment } = state.record;
  const rolledOut = deployment !== undefined && deployment.rollbackReason === undefined;
  const countOf = rolledOut ? currentCountOf(live) : desiredCountOf(live);
  for (let failures = 0; !work.signal.aborted; failures += 1) {
    try {
      await work.holdingClock(() => fleets.live.start(countOf));
      return;
    } catch (error) {
      cloud.logger.error(
        { endpoint: state.name, reason: reasonOf(error) },
        'The endpoint failed to restart; requests are queued and the restart will be retried',
      );
      await work.pause(retryPauseMs(failures, RETRY_PAUSES));
      fleets.renewLive(live);
    }
  }
}

export async function deleteEndpoint({ state, fleets, work }: EndpointParts): Promise<void> {
  await Promise.all(fleets.all.map((fleet) => fleet.drain()));
  work.checkStopped();
  state.delete();
}

/** Brings the variants to the sizes in the record; a variant that fails keeps its instances. */
export async function resizeEndpoint(parts: EndpointParts): Promise<void> {
  const { state, fleets, work } = parts;
  await fleets.ready;
  const { resizing = [], live } = state.record;
  let failureReason: string | undefined;
  const states: VariantState[] = [];
  for (const former of live.states) {
    const wanted = resizing.find((candidate) => candidate.name === former.name) ?? former;
    try {
      await scaleVariant(parts, wanted);
      states.push(settledState(wanted));
    } catch (error) {
      work.checkStopped();
      failureReason = reasonOf(error);
      states.push({ ...settledState(wanted), currentInstanceCount: former.currentInstanceCount });
    }
  }
  work.checkStopped();
  const { resizing: _done, failureReason: _former, ...rest } = state.record;
  state.put({
    ...rest,
    status: 'InService',
    live: { spec: live.spec, states },
    ...(failureReason === undefined ? {} : { failureReason }),
  });
  state.publish();
}

async function scaleVariant({ fleets, work }: EndpointParts, wanted: VariantState): Promise<void> {
  const variant = fleets.live.variant(wanted.name);
  await work.holdingClock(async () => variant?.scaleTo(wanted.desiredInstanceCount));
}
