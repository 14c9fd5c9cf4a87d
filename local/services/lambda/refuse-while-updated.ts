import { FunctionPending, UpdateInProgress } from './errors.ts';
import { functionArn } from './function-name.ts';
import type { LambdaState } from './state.ts';
import type { FunctionRecord } from './store.ts';

/**
 * The image of a function is prepared before it changes again.
 *
 * @throws FunctionPending, UpdateInProgress
 */
export function refuseWhileUpdated({ cloud, pool }: LambdaState, record: FunctionRecord): void {
  const progress = pool.progressOf(record);
  if (progress === undefined || progress.failure !== undefined) return;
  if (progress.since === 'created') throw new FunctionPending();
  throw new UpdateInProgress(functionArn(cloud, record.name));
}
