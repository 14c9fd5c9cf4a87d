import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { Chart } from '../../parts/chart.tsx';
import { renderNumber } from '../../parts/numbers.ts';
import { spec as effectsSpec } from './charts/effects.vl';
import { spec as qualitySpec } from './charts/quality.vl';
import type { EffectRow, QualityRow } from './over-time.ts';

interface OverTimeProps {
  readonly effects: readonly EffectRow[];
  readonly quality: readonly QualityRow[];
  /** An effect above it matters. */
  readonly threshold: number;
}

/** Effects against their threshold; quality, with estimates dashed. */
export function OverTime({ effects, quality, threshold }: OverTimeProps) {
  const rows = useMemo(() => effects.map((each) => ({ ...each, threshold })), [effects, threshold]);
  return (
    <SpaceBetween size="l">
      {rows.length > 0 && (
        <Chart
          spec={effectsSpec}
          text={`Effect (PSI) of each window; above ${renderNumber(threshold)}, dashed, it matters`}
          rows={rows}
        />
      )}
      {quality.length > 0 && <Quality of={quality} />}
    </SpaceBetween>
  );
}

const QUALITY = 'Quality of each window; estimates without labels are dashed';

/** A plot for each metric, because each has its own scale. */
function Quality({ of }: { readonly of: readonly QualityRow[] }) {
  const plots = useMemo(
    () =>
      [...new Set(of.map(({ metric }) => metric))].map(
        (name) => [name, of.filter(({ metric }) => metric === name)] as const,
      ),
    [of],
  );
  return (
    <section aria-label={QUALITY}>
      <Box variant="h3">{QUALITY}</Box>
      <ColumnLayout columns={3} minColumnWidth={300} borders="none">
        {plots.map(([metric, rows]) => (
          <Chart
            key={metric}
            spec={qualitySpec}
            text={`Quality of each window: ${metric}`}
            title={metric}
            rows={rows}
          />
        ))}
      </ColumnLayout>
    </section>
  );
}
