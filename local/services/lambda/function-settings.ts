import type {
  Concurrency,
  DeleteFunctionConcurrencyRequest,
  GetAccountSettingsResponse,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  ListTagsRequest,
  ListTagsResponse,
  PutFunctionConcurrencyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-lambda';
import { operation } from '../../cloud/operation.ts';
import type { AnyOperation } from '../../cloud/service.ts';
import type { LambdaContext } from './context.ts';
import { InvalidParameterValueException } from './errors.ts';
import { parseReference } from './function-name.ts';
import { onFunction, settingsOf } from './functions.ts';
import { ACCOUNT_CONCURRENCY, LEAST_UNRESERVED_CONCURRENCY, UNZIPPED_BYTES } from './limits.ts';

/** Reserved concurrency, tags, and what the account has. */
export function settingsOperations(context: LambdaContext): Readonly<Record<string, AnyOperation>> {
  const { store } = context;
  return {
    PutFunctionConcurrency: operation(
      (input: PutFunctionConcurrencyRequest) =>
        onFunction(context, 'lambda:PutFunctionConcurrency', input),
      (input): Concurrency => {
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
    ),
    GetFunctionConcurrency: operation(
      (input: GetFunctionConcurrencyRequest) =>
        onFunction(context, 'lambda:GetFunctionConcurrency', input),
      (input): GetFunctionConcurrencyResponse => {
        const { reservedConcurrency } = settingsOf(context, nameOf(input.FunctionName));
        return reservedConcurrency === undefined
          ? {}
          : { ReservedConcurrentExecutions: reservedConcurrency };
      },
    ),
    DeleteFunctionConcurrency: operation(
      (input: DeleteFunctionConcurrencyRequest) =>
        onFunction(context, 'lambda:DeleteFunctionConcurrency', input),
      (input): object => {
        const name = nameOf(input.FunctionName);
        const { reservedConcurrency: _former, ...settings } = settingsOf(context, name);
        store.settings.put(name, settings);
        return {};
      },
    ),
    TagResource: operation(
      (input: TagResourceRequest) => on('lambda:TagResource', input.Resource),
      (input): object => {
        const name = nameOf(input.Resource);
        const settings = settingsOf(context, name);
        store.settings.put(name, { ...settings, tags: { ...settings.tags, ...input.Tags } });
        return {};
      },
    ),
    UntagResource: operation(
      (input: UntagResourceRequest) => on('lambda:UntagResource', input.Resource),
      (input): object => {
        const name = nameOf(input.Resource);
        const settings = settingsOf(context, name);
        const removed = new Set(input.TagKeys);
        const tags = Object.entries(settings.tags).filter(([key]) => !removed.has(key));
        store.settings.put(name, { ...settings, tags: Object.fromEntries(tags) });
        return {};
      },
    ),
    ListTags: operation(
      (input: ListTagsRequest) => on('lambda:ListTags', input.Resource),
      (input): ListTagsResponse => ({
        Tags: { ...settingsOf(context, nameOf(input.Resource)).tags },
      }),
    ),
    GetAccountSettings: operation(
      (_input: object) => on('lambda:GetAccountSettings', undefined),
      (): GetAccountSettingsResponse => ({
        AccountLimit: {
          CodeSizeUnzipped: UNZIPPED_BYTES,
          ConcurrentExecutions: ACCOUNT_CONCURRENCY,
          UnreservedConcurrentExecutions: unreserved(context),
        },
      }),
    ),
  };
}

/** What no function but `except` has reserved. */
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
