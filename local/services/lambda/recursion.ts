import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  Lambda,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
} from '@aws-sdk/client-lambda';
import type { OperationTable } from '../../cloud/operation.ts';
import { InvalidParameterValueException } from './errors.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import type { LambdaState } from './state.ts';

/** Recursive loop detection of functions. */
export const recursionOperations: OperationTable<Lambda, LambdaState> = {
  PutFunctionRecursionConfig: {
    permissions: (input: PutFunctionRecursionConfigRequest, state) =>
      onFunction(state, 'lambda:PutFunctionRecursionConfig', input),
    run(input: PutFunctionRecursionConfigRequest, state): PutFunctionRecursionConfigResponse {
      const { name } = parseReference(input.FunctionName);
      const { RecursiveLoop } = input;
      if (RecursiveLoop !== 'Allow' && RecursiveLoop !== 'Terminate') {
        throw new InvalidParameterValueException('RecursiveLoop must be Allow or Terminate.');
      }
      const settings = settingsOf(state, name);
      state.store.settings.put(name, { ...settings, recursiveLoop: RecursiveLoop });
      return { RecursiveLoop };
    },
  },
  GetFunctionRecursionConfig: {
    readOnly: true,
    permissions: (input: GetFunctionRecursionConfigRequest, state) =>
      onFunction(state, 'lambda:GetFunctionRecursionConfig', input),
    run(input: GetFunctionRecursionConfigRequest, state): GetFunctionRecursionConfigResponse {
      const { name } = parseReference(input.FunctionName);
      return { RecursiveLoop: settingsOf(state, name).recursiveLoop ?? 'Terminate' };
    },
  },
};
