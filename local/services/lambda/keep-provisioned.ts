import type { LambdaState } from './state.ts';
import { type FunctionRecord, LATEST, type ProvisionedRecord, qualifiedKey } from './store.ts';

/** Keeps processes for what the versions of a function have provisioned now, themselves or by an alias. */
export function keepProvisioned(state: LambdaState, name: string): void {
  const { pool, store } = state;
  const all = [...store.provisioned.entries({ prefix: `${name}|` })].map(([, record]) => record);
  for (const version of store.versions(name)) {
    if (version.version === LATEST) continue;
    const requested = all
      .filter((record) => versionOf(state, record)?.version === version.version)
      .reduce((sum, record) => sum + record.requested, 0);
    pool.keepWarm(version, requested);
  }
}

/** Keeps processes for everything that a former runtime had provisioned. */
export function keepAllProvisioned(state: LambdaState): void {
  const names = [...state.store.provisioned.entries()].map(([, { functionName }]) => functionName);
  for (const name of new Set(names)) keepProvisioned(state, name);
}

/** The version that a record is for; an alias's is the one it points to now. */
export function versionOf(
  { store }: LambdaState,
  { functionName: name, qualifier }: ProvisionedRecord,
): FunctionRecord | undefined {
  const version = store.aliases.get(qualifiedKey(name, qualifier))?.version ?? qualifier;
  return store.version(name, version);
}
