import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  Lambda,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
} from '@aws-sdk/client-lambda';
import type { OperationTable } from '../../cloud/operation.ts';
import type { LambdaContext } from './context.ts';
import { InvalidParameterValueException } from './errors.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';

/** Recursive loop detection of functions. */
export const recursionOperations: OperationTable<Lambda, LambdaContext> = {
  PutFunctionRecursionConfig: {
    permissions: (input: PutFunctionRecursionConfigRequest, context) =>
      onFunction(context, 'lambda:PutFunctionRecursionConfig', input),
    run(input: PutFunctionRecursionConfigRequest, context): PutFunctionRecursionConfigResponse {
      const { name } = parseReference(input.FunctionName);
      const { RecursiveLoop } = input;
      if (RecursiveLoop !== 'Allow' && RecursiveLoop !== 'Terminate') {
        throw new InvalidParameterValueException('RecursiveLoop must be Allow or Terminate.');
      }
      const settings = settingsOf(context, name);
      context.store.settings.put(name, { ...settings, recursiveLoop: RecursiveLoop });
      return { RecursiveLoop };
    },
  },
  GetFunctionRecursionConfig: {
    readOnly: true,
    permissions: (input: GetFunctionRecursionConfigRequest, context) =>
      onFunction(context, 'lambda:GetFunctionRecursionConfig', input),
    run(input: GetFunctionRecursionConfigRequest, context): GetFunctionRecursionConfigResponse {
      const { name } = parseReference(input.FunctionName);
      return { RecursiveLoop: settingsOf(context, name).recursiveLoop ?? 'Terminate' };
    },
  },
};
