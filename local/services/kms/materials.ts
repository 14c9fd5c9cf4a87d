import { changeKey, type KmsState } from './state.ts';
import type { KeyRecord } from './store.ts';

const SECRET_BYTES = 32;
export const DAY_MS = 86_400_000;

export function randomBytesOf({ cloud }: KmsState, count: number): Buffer {
  return Buffer.from(cloud.random.hex(count * 2), 'hex');
}

export function newMaterial(state: KmsState): KeyRecord['materials'][number] {
  const secret = randomBytesOf(state, SECRET_BYTES).toString('base64');
  return { secret, createdAt: state.cloud.clock.now() };
}

/** When the next rotation is due; undefined where the key is not rotated. */
export function nextRotation({ rotation, materials }: KeyRecord): number | undefined {
  if (rotation === undefined) return undefined;
  const { createdAt = rotation.since } = materials.at(-1) ?? {};
  return Math.max(createdAt, rotation.since) + rotation.periodDays * DAY_MS;
}

/** The key with the material that encrypts now: rotated where that is due, and made where a key of AWS had none. */
export function readyToEncrypt(state: KmsState, record: KeyRecord): KeyRecord {
  const due = nextRotation(record);
  const isDue = due !== undefined && due <= state.cloud.clock.now();
  if (record.materials.length > 0 && !isDue) return record;
  return changeKey(state, record, { materials: [...record.materials, newMaterial(state)] });
}
