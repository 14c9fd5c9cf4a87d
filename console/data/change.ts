import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '../../api/client/index.ts';
import { answerOf, useApi } from './api.ts';

/** The header of a route that changes something. */
interface ChangeHeaders {
  readonly 'Idempotency-Key': string;
}

interface Change<Input, Data> {
  readonly ask: (
    api: ApiClient,
    input: Input,
    header: ChangeHeaders,
  ) => Parameters<typeof answerOf<Data>>[0];
  /** What is read again afterwards. */
  readonly refresh?: readonly QueryKey[];
}

/** Calls a route that changes something, once: a repetition after a lost connection is the same request. */
export function useChange<Input, Data>({ ask, refresh = [] }: Change<Input, Data>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation<Data, Error, Input>({
    mutationFn: async (input) => {
      const { body } = await answerOf(ask(api, input, { 'Idempotency-Key': crypto.randomUUID() }));
      return body;
    },
    onSettled: () => {
      for (const queryKey of refresh) void queries.invalidateQueries({ queryKey });
    },
  });
}
