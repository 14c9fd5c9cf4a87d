import type { FleetRecord, VariantState } from './records.ts';

/** The desired instances of all production variants. */
export function totalInstances(record: FleetRecord): number {
  const names = new Set(record.spec.variants.map((variant) => variant.name));
  return record.states
    .filter((state) => names.has(state.name))
    .reduce((sum, state) => sum + state.desiredInstanceCount, 0);
}

/** The desired instances of a variant. */
export function desiredCountOf(record: FleetRecord): (variantName: string) => number {
  return (name) => record.states.find((state) => state.name === name)?.desiredInstanceCount ?? 1;
}

/** The instances that a variant has now. */
export function currentCountOf(record: FleetRecord): (variantName: string) => number {
  return (name) => record.states.find((state) => state.name === name)?.currentInstanceCount ?? 1;
}

/** The state of a variant after its weight and instance count have become the desired ones. */
export function settledState(state: VariantState): VariantState {
  return {
    ...state,
    currentWeight: state.desiredWeight,
    currentInstanceCount: state.desiredInstanceCount,
  };
}
