import type { Cloud } from '../../cloud/cloud.ts';
import { functionArn } from './function-name.ts';
import { INVOCATIONS_PER_CHAIN } from './limits.ts';
import { invocationsOf } from './lineage.ts';
import type { LambdaStore } from './store.ts';

/** Whether an invocation exceeds the limit of a loop, which AWS ends. It is counted and logged. */
export function endsLoop(
  cloud: Cloud,
  store: LambdaStore,
  name: string,
  traceHeader: string | undefined,
): boolean {
  if (invocationsOf(traceHeader, functionArn(cloud, name)) < INVOCATIONS_PER_CHAIN) return false;
  if (store.settings.get(name)?.recursiveLoop === 'Allow') return false;
  cloud.recordMetric({
    namespace: 'AWS/Lambda',
    name: 'RecursiveInvocationsDropped',
    dimensions: { FunctionName: name },
    value: 1,
    unit: 'Count',
  });
  cloud.logger.warn(
    { function: name, invocations: INVOCATIONS_PER_CHAIN },
    'a function is part of a loop; its next invocation was dropped, as on AWS',
  );
  return true;
}
