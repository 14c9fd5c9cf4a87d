import type { Json, JsonObject } from '../../../../engine/index.ts';
import { numberOf } from '../../../../engine/index.ts';
import { isJsonObject } from '../json-value.ts';

/** A state's failure. */
export interface StateFailure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** The decision of a Retrier about a failure. */
export type RetryDecision =
  | { readonly kind: 'none' }
  | { readonly kind: 'retry'; readonly index: number; readonly backoffSeconds: number }
  | { readonly kind: 'exhausted'; readonly index: number };

/** @param used how often the Retrier was used before */
export function decideRetry(state: JsonObject, failure: StateFailure, used: number): RetryDecision {
  const retriers = objectsOf(state['Retry']);
  const index = retriers.findIndex((retrier) => isMeant(retrier['ErrorEquals'], failure));
  const retrier = retriers[index];
  if (retrier === undefined) return { kind: 'none' };
  if (used >= (numberOf(retrier['MaxAttempts']) ?? 3)) return { kind: 'exhausted', index };
  const seconds =
    (numberOf(retrier['IntervalSeconds']) ?? 1) * (numberOf(retrier['BackoffRate']) ?? 2) ** used;
  const backoffSeconds = Math.min(
    seconds,
    numberOf(retrier['MaxDelaySeconds']) ?? Number.POSITIVE_INFINITY,
  );
  return { kind: 'retry', index, backoffSeconds };
}

/** The Catcher that handles a failure; undefined if none does. */
export function findCatcher(state: JsonObject, failure: StateFailure): number | undefined {
  const index = objectsOf(state['Catch']).findIndex((catcher) =>
    isMeant(catcher['ErrorEquals'], failure),
  );
  return index < 0 ? undefined : index;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
function isMeant(names: Json | undefined, { error }: StateFailure): boolean {
  if (!Array.isArray(names) || error === 'States.Runtime') return false;
  return names.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return true;
    return name === 'States.TaskFailed' && error !== 'States.Timeout';
  });
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
}
