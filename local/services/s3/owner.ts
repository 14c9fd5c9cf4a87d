import type { Cloud } from '../../cloud/cloud.ts';
import type { S3State } from './state.ts';

/** The state of S3 in each cloud: a copy reads the source of another account where it lies. */
const STATES = new WeakMap<Cloud, S3State>();

export function keepState(state: S3State): void {
  STATES.set(state.cloud, state);
}

/** The S3 that has the bucket: names are unique among all accounts. Undefined if none has it. */
export function ownerOfBucket({ directory }: Cloud, bucket: string): S3State | undefined {
  return directory
    .all()
    .map((cloud) => STATES.get(cloud))
    .find((state) => state?.buckets.has(bucket) === true);
}
