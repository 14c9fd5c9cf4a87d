import { useMutation } from '@tanstack/react-query';
import type { Schemas } from '../../api/client/index.ts';
import { answerOf, useApi } from './api.ts';

/** Runs one state of an execution again, without calling anything. */
export function useStateTest() {
  const api = useApi();
  return useMutation<Schemas['StateTest'], Error, Schemas['StateTestRequest']>({
    mutationFn: async (body) => (await answerOf(api.POST('/states/test', { body }))).body,
  });
}
