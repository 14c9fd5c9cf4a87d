import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../api/client/index.ts';
import { answerOf, useApi } from './api.ts';
import { usePolled } from './polling.ts';

/** What approving or rejecting a version would do now. */
export function useDecisionPlan(version: string) {
  return usePolled({
    key: ['plan', version],
    ask: (api, signal) =>
      api.GET('/models/{version}/plan', { params: { path: { version } }, signal }),
  });
}

export interface Decision {
  readonly as: 'approve' | 'reject';
  readonly reason: string;
  /** Of the plan that the person saw. */
  readonly revision: string;
  /** The same for a repetition after a lost connection. */
  readonly key: string;
}

/** Approves or rejects a version. */
export function useDecision(version: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ as, reason, revision, key }: Decision): Promise<Schemas['Decision']> => {
      const params = { path: { version }, header: { 'Idempotency-Key': key } };
      const { body } = await answerOf(
        as === 'approve'
          ? api.POST('/models/{version}/approve', {
              params,
              body: { revision, ...(reason === '' ? {} : { reason }) },
            })
          : api.POST('/models/{version}/reject', { params, body: { revision, reason } }),
      );
      return body;
    },
    // Also after a refusal: another person may have decided.
    onSettled: () => {
      for (const queryKey of [['plan', version], ['model', version], ['models'], ['overview']]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}
