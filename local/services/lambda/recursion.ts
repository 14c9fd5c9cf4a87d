import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
} from '@aws-sdk/client-lambda';
import type { Cloud } from '../../cloud.ts';
import { operation } from '../../operation.ts';
import type { AnyOperation } from '../../service.ts';
import type { LambdaContext } from './context.ts';
import { InvalidParameterValueException } from './errors.ts';
import { functionArn, parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import { INVOCATIONS_PER_CHAIN, invocationsOf } from './lineage.ts';
import type { LambdaStore } from './store.ts';

/** What happens to a function that is part of a loop. */
export function recursionOperations(
  context: LambdaContext,
): Readonly<Record<string, AnyOperation>> {
  return {
    PutFunctionRecursionConfig: operation(
      (input: PutFunctionRecursionConfigRequest) =>
        onFunction(context, 'lambda:PutFunctionRecursionConfig', input),
      (input): PutFunctionRecursionConfigResponse => {
        const { name } = parseReference(input.FunctionName);
        const { RecursiveLoop } = input;
        if (RecursiveLoop !== 'Allow' && RecursiveLoop !== 'Terminate') {
          throw new InvalidParameterValueException('RecursiveLoop must be Allow or Terminate.');
        }
        const settings = settingsOf(context, name);
        context.store.settings.put(name, { ...settings, recursiveLoop: RecursiveLoop });
        return { RecursiveLoop };
      },
    ),
    GetFunctionRecursionConfig: operation(
      (input: GetFunctionRecursionConfigRequest) =>
        onFunction(context, 'lambda:GetFunctionRecursionConfig', input),
      (input): GetFunctionRecursionConfigResponse => {
        const { name } = parseReference(input.FunctionName);
        return { RecursiveLoop: settingsOf(context, name).recursiveLoop ?? 'Terminate' };
      },
    ),
  };
}

/** Whether an invocation is one too many of a loop, which AWS ends; it is counted and named in the log then. */
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
