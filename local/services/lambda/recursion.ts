import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionRecursionConfigResponse,
  Lambda,
  PutFunctionRecursionConfigRequest,
  PutFunctionRecursionConfigResponse,
} from '@aws-sdk/client-lambda';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import type { LambdaState } from './state.ts';

/** Recursive loop detection of functions. */
export const recursionOperations: OperationTable<Lambda, LambdaState> = {
  PutFunctionRecursionConfig: {
    permissions: (input: PutFunctionRecursionConfigRequest, state) =>
      onFunction(state, 'lambda:PutFunctionRecursionConfig', input),
    run(
      input: Checked<PutFunctionRecursionConfigRequest>,
      state,
    ): PutFunctionRecursionConfigResponse {
      const { name } = parseReference(input.FunctionName);
      const { RecursiveLoop: recursiveLoop } = input;
      state.store.settings.put(name, { ...settingsOf(state, name), recursiveLoop });
      return { RecursiveLoop: recursiveLoop };
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
