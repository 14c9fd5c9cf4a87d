import { useNavigate, useParams, useRouter } from '@tanstack/react-router';
import type { ExecutionSearch } from './execution-search.ts';

const ROUTE = '/executions/$project/$workflow/$execution';

type Change = { readonly [Name in keyof ExecutionSearch]: ExecutionSearch[Name] | undefined };

/** Changes what the page shows, which is in its address. */
export function useSelect() {
  const navigate = useNavigate({ from: ROUTE });
  const params = useParams({ from: ROUTE });
  const router = useRouter();
  return {
    select: (change: Change) => void navigate({ search: merge(change), resetScroll: false }),
    /** Without an entry in the browser's history. */
    replace: (change: Change) =>
      void navigate({ search: merge(change), replace: true, resetScroll: false }),
    hrefOf: (change: Change) =>
      router.buildLocation({ to: ROUTE, params, search: merge(change) }).href,
  };
}

function merge(change: Change): (former: ExecutionSearch) => ExecutionSearch {
  return (former) => without({ ...former, ...change });
}

function without(search: Change): ExecutionSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
