import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  GetAccountSettingsResponse,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  Lambda,
  ListTagsRequest,
  ListTagsResponse,
  PutFunctionConcurrencyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { InvalidParameterValueException, tooManyTags } from './errors.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import { ACCOUNT_CONCURRENCY, LEAST_UNRESERVED_CONCURRENCY, UNZIPPED_BYTES } from './limits.ts';
import type { LambdaState } from './state.ts';

/** Reserved concurrency, tags and account settings. */
export const settingsOperations: OperationTable<Lambda, LambdaState> = {
  PutFunctionConcurrency: {
    permissions: (input: PutFunctionConcurrencyRequest, state) =>
      onFunction(state, 'lambda:PutFunctionConcurrency', input),
    run(input: Checked<PutFunctionConcurrencyRequest>, state): Concurrency {
      const { store } = state;
      const name = nameOf(input.FunctionName);
      const reserved = input.ReservedConcurrentExecutions;
      const settings = settingsOf(state, name);
      if (unreserved(state, name) - reserved < LEAST_UNRESERVED_CONCURRENCY) {
        throw new InvalidParameterValueException(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED_CONCURRENCY}].`,
        );
      }
      store.settings.put(name, { ...settings, reservedConcurrency: reserved });
      return { ReservedConcurrentExecutions: reserved };
    },
  },
  GetFunctionConcurrency: {
    readOnly: true,
    permissions: (input: GetFunctionConcurrencyRequest, state) =>
      onFunction(state, 'lambda:GetFunctionConcurrency', input),
    run(input: GetFunctionConcurrencyRequest, state): GetFunctionConcurrencyResponse {
      const { reservedConcurrency } = settingsOf(state, nameOf(input.FunctionName));
      return reservedConcurrency === undefined
        ? {}
        : { ReservedConcurrentExecutions: reservedConcurrency };
    },
  },
  DeleteFunctionConcurrency: {
    permissions: (input: DeleteFunctionConcurrencyRequest, state) =>
      onFunction(state, 'lambda:DeleteFunctionConcurrency', input),
    run(input: DeleteFunctionConcurrencyRequest, state): object {
      const { store } = state;
      const name = nameOf(input.FunctionName);
      const { reservedConcurrency: _former, ...settings } = settingsOf(state, name);
      store.settings.put(name, settings);
      return {};
    },
  },
  TagResource: {
    permissions: (input: TagResourceRequest) => on('lambda:TagResource', input.Resource),
    run(input: TagResourceRequest, state): object {
      const { store } = state;
      const name = nameOf(input.Resource);
      const settings = settingsOf(state, name);
      const tags = limitTags({ ...settings.tags, ...input.Tags }, tooManyTags);
      store.settings.put(name, { ...settings, tags });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('lambda:UntagResource', input.Resource),
    run(input: UntagResourceRequest, state): object {
      const { store } = state;
      const name = nameOf(input.Resource);
      const settings = settingsOf(state, name);
      const removed = new Set(input.TagKeys);
      const tags = Object.entries(settings.tags).filter(([key]) => !removed.has(key));
      store.settings.put(name, { ...settings, tags: Object.fromEntries(tags) });
      return {};
    },
  },
  ListTags: {
    readOnly: true,
    permissions: (input: ListTagsRequest) => on('lambda:ListTags', input.Resource),
    run: (input: ListTagsRequest, state): ListTagsResponse => ({
      Tags: { ...settingsOf(state, nameOf(input.Resource)).tags },
    }),
  },
  GetAccountSettings: {
    readOnly: true,
    permissions: () => on('lambda:GetAccountSettings', undefined),
    run: (_input: object, state): GetAccountSettingsResponse => ({
      AccountLimit: {
        CodeSizeUnzipped: UNZIPPED_BYTES,
        ConcurrentExecutions: ACCOUNT_CONCURRENCY,
        UnreservedConcurrentExecutions: unreserved(state),
      },
    }),
  },
};

/** The concurrency that no function other than `except` has reserved. */
function unreserved({ store }: LambdaState, except?: string): number {
  const reserved = [...store.settings.entries()].map(([name, { reservedConcurrency = 0 }]) =>
    name === except ? 0 : reservedConcurrency,
  );
  return reserved.reduce((left, one) => left - one, ACCOUNT_CONCURRENCY);
}

function on(action: string, arn: string | undefined) {
  return { action, resource: arn ?? '*' };
}

function nameOf(reference: string | undefined): string {
  return parseReference(reference).name;
}
