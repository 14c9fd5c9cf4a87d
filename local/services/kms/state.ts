import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import type { AliasRecord, KeyRecord } from './store.ts';

/** What the operations of KMS share. */
export interface KmsState {
  readonly cloud: Cloud;
  /** By id. */
  readonly keys: Table<KeyRecord>;
  /** By name. */
  readonly aliases: Table<AliasRecord>;
}

/** Replaces a record. */
export function changeKey(
  { keys }: KmsState,
  record: KeyRecord,
  changes: Partial<KeyRecord>,
): KeyRecord {
  const changed = { ...record, ...changes };
  keys.put(changed.keyId, changed);
  return changed;
}

/** Destroys the material of keys whose deletion is due, and their aliases. */
export function deleteDue({ cloud, keys, aliases }: KmsState): void {
  const now = cloud.clock.now();
  for (const [keyId, { deletionAt }] of [...keys.entries()]) {
    if (deletionAt === undefined || deletionAt > now) continue;
    keys.delete(keyId);
    for (const [name, alias] of [...aliases.entries()]) {
      if (alias.keyId === keyId) aliases.delete(name);
    }
  }
}
