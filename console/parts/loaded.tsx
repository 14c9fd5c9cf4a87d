import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { Failure } from './failure.tsx';

interface LoadedProps<Data> {
  readonly from: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** Shows data; before it is there, that it is asked for; and a failure beside what was there before. */
export function Loaded<Data>({ from, children }: LoadedProps<Data>) {
  const { data, refetch } = from;
  const error = useLastError(from);
  const failure = error !== null && <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) {
    return (
      failure || (
        <Box textAlign="center" padding="xxl">
          <Spinner size="large" /> Loading
        </Box>
      )
    );
  }
  return (
    <>
      {failure && <Box margin={{ bottom: 'l' }}>{failure}</Box>}
      {children(data)}
    </>
  );
}

/** The failure that is not over yet: while a page that has no data asks again, the query holds none. */
function useLastError({ data, error, errorUpdateCount }: UseQueryResult): Error | null {
  const last = useRef<Error | null>(null);
  if (error !== null) last.current = error;
  else if (data !== undefined || errorUpdateCount === 0) last.current = null;
  return last.current;
}
