import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
} from '@aws-sdk/client-lambda';
import { operation } from '../../cloud/operation.ts';
import type { AnyOperation } from '../../cloud/service.ts';
import type { LambdaContext } from './context.ts';
import { InvalidParameterValueException } from './errors.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';

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
