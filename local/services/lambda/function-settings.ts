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
import type { OperationTable } from '../../cloud/operation.ts';
import type { LambdaContext } from './context.ts';
import { InvalidParameterValueException } from './errors.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import { ACCOUNT_CONCURRENCY, LEAST_UNRESERVED_CONCURRENCY, UNZIPPED_BYTES } from './limits.ts';

/** Reserved concurrency, tags and account settings. */
export const settingsOperations: OperationTable<Lambda, LambdaContext> = {
  PutFunctionConcurrency: {
    permissions: (input: PutFunctionConcurrencyRequest, context) =>
      onFunction(context, 'lambda:PutFunctionConcurrency', input),
    run(input: PutFunctionConcurrencyRequest, context): Concurrency {
      const { store } = context;
      const name = nameOf(input.FunctionName);
      const reserved = input.ReservedConcurrentExecutions ?? 0;
      const settings = settingsOf(context, name);
      if (unreserved(context, name) - reserved < LEAST_UNRESERVED_CONCURRENCY) {
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
    permissions: (input: GetFunctionConcurrencyRequest, context) =>
      onFunction(context, 'lambda:GetFunctionConcurrency', input),
    run(input: GetFunctionConcurrencyRequest, context): GetFunctionConcurrencyResponse {
      const { reservedConcurrency } = settingsOf(context, nameOf(input.FunctionName));
      return reservedConcurrency === undefined
        ? {}
        : { ReservedConcurrentExecutions: reservedConcurrency };
    },
  },
  DeleteFunctionConcurrency: {
    permissions: (input: DeleteFunctionConcurrencyRequest, context) =>
      onFunction(context, 'lambda:DeleteFunctionConcurrency', input),
    run(input: DeleteFunctionConcurrencyRequest, context): object {
      const { store } = context;
      const name = nameOf(input.FunctionName);
      const { reservedConcurrency: _former, ...settings } = settingsOf(context, name);
      store.settings.put(name, settings);
      return {};
    },
  },
  TagResource: {
    permissions: (input: TagResourceRequest) => on('lambda:TagResource', input.Resource),
    run(input: TagResourceRequest, context): object {
      const { store } = context;
      const name = nameOf(input.Resource);
      const settings = settingsOf(context, name);
      store.settings.put(name, { ...settings, tags: { ...settings.tags, ...input.Tags } });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('lambda:UntagResource', input.Resource),
    run(input: UntagResourceRequest, context): object {
      const { store } = context;
      const name = nameOf(input.Resource);
      const settings = settingsOf(context, name);
      const removed = new Set(input.TagKeys);
      const tags = Object.entries(settings.tags).filter(([key]) => !removed.has(key));
      store.settings.put(name, { ...settings, tags: Object.fromEntries(tags) });
      return {};
    },
  },
  ListTags: {
    readOnly: true,
    permissions: (input: ListTagsRequest) => on('lambda:ListTags', input.Resource),
    run: (input: ListTagsRequest, context): ListTagsResponse => ({
      Tags: { ...settingsOf(context, nameOf(input.Resource)).tags },
    }),
  },
  GetAccountSettings: {
    readOnly: true,
    permissions: () => on('lambda:GetAccountSettings', undefined),
    run: (_input: object, context): GetAccountSettingsResponse => ({
      AccountLimit: {
        CodeSizeUnzipped: UNZIPPED_BYTES,
        ConcurrentExecutions: ACCOUNT_CONCURRENCY,
        UnreservedConcurrentExecutions: unreserved(context),
      },
    }),
  },
};

/** The concurrency that no function other than `except` has reserved. */
function unreserved({ store }: LambdaContext, except?: string): number {
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
