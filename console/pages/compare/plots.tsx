import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { lazy, Suspense, useMemo } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { useComparedPredictions } from '../../data/comparisons.ts';
import { ProblemError } from '../../data/problem-error.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { plotsOf } from './plot-rows.ts';

/** Vega is more than half of the rest of the console. */
const Plot = lazy(async () => ({ default: (await import('./plot.tsx')).Plot }));

/** Problems of pairs that have no test rows in common. */
const WITHOUT_ROWS = new Set(['different-rows', 'predictions-not-found']);

interface PlotsProps {
  readonly one: string;
  readonly other: string;
}

/** What both versions predicted for the same test rows. */
export function Plots({ one, other }: PlotsProps) {
  const pairs = useComparedPredictions(one, other);
  const { error } = pairs;
  return (
    <Container header={<Header variant="h2">The same test rows</Header>}>
      {error instanceof ProblemError && WITHOUT_ROWS.has(error.kind) ? (
        <Empty title={error.problem.title}>
          Train both on the same data, or one while the other is live: then each answers the same
          test rows.
        </Empty>
      ) : (
        <Loaded from={pairs}>{(data) => <PairPlots of={data} />}</Loaded>
      )}
    </Container>
  );
}

function PairPlots({ of }: { readonly of: Schemas['PredictionPairs'] }) {
  const plots = useMemo(() => plotsOf(of), [of]);
  return (
    <Suspense fallback="Loading plots">
      <ColumnLayout columns={2} minColumnWidth={460} borders="none">
        {plots.map(({ name, text, rows }) => (
          <Plot key={name} name={name} text={text} rows={rows} />
        ))}
      </ColumnLayout>
    </Suspense>
  );
}
