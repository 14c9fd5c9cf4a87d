import { usePolled } from './polling.ts';

/** What differs between two versions, the first and the second. */
export function useComparison(one: string, other: string) {
  const params = { query: { one, other } };
  return usePolled({
    key: ['comparison', one, other],
    ask: (api, signal) => api.GET('/models/compare', { params, signal }),
  });
}

/** What both versions predicted for the same test rows. */
export function useComparedPredictions(one: string, other: string) {
  const params = { query: { one, other } };
  return usePolled({
    key: ['comparison', one, other, 'predictions'],
    ask: (api, signal) => api.GET('/models/compare/predictions', { params, signal }),
  });
}
