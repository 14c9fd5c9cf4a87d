import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './failure.tsx';

interface LoadedProps<Data> {
  readonly from: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** Shows data; before it is there, that it is asked for; and a failure beside what was there before. */
export function Loaded<Data>({ from, children }: LoadedProps<Data>) {
  const { data, error, refetch } = from;
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
      {failure}
      {children(data)}
    </>
  );
}
