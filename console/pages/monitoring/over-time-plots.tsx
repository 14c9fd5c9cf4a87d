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
  const metrics = [...new Set(quality.map(({ metric }) => metric))];
  return (
    <>
      {rows.length > 0 && (
        <Chart
          spec={effectsSpec}
          text={`Effect (PSI) of each window; above ${renderNumber(threshold)}, dashed, it matters`}
          rows={rows}
        />
      )}
      {quality.length > 0 && (
        <Chart
          spec={qualitySpec}
          text={`Quality of each window (${metrics.join(', ')}); estimates without labels are dashed`}
          rows={quality}
        />
      )}
    </>
  );
}
