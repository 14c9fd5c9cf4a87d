import type { ReportSummary } from '../../data/monitoring.ts';

/** Columns that are drawn: those with the largest effects. */
const DRAWN_COLUMNS = 6;

export interface EffectRow {
  readonly at: string;
  readonly column: string;
  readonly psi: number;
}

/** The effect of the columns that moved most, in each window. */
export function effectRows(reports: readonly ReportSummary[]): readonly EffectRow[] {
  const all = reports.flatMap(({ window, effects }) =>
    window === undefined
      ? []
      : Object.entries(effects ?? {}).map(([column, psi]) => ({ at: window.end, column, psi })),
  );
  const largest = new Map<string, number>();
  for (const { column, psi } of all) largest.set(column, Math.max(psi, largest.get(column) ?? psi));
  const drawn = [...largest]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, DRAWN_COLUMNS)
    .map(([column]) => column);
  return all.filter(({ column }) => drawn.includes(column));
}

export interface QualityRow {
  readonly at: string;
  readonly metric: string;
  readonly kind: 'measured' | 'estimated';
  readonly value: number;
}

/** Quality in each window: as measured by labels, and as the model's own probabilities let expect. */
export function qualityRows(reports: readonly ReportSummary[]): readonly QualityRow[] {
  return reports.flatMap(({ window, measured, estimated }) =>
    window === undefined
      ? []
      : [
          ...toRows(window.end, 'measured', measured),
          ...toRows(window.end, 'estimated', estimated),
        ],
  );
}

function toRows(
  at: string,
  kind: QualityRow['kind'],
  values: ReportSummary['measured'],
): QualityRow[] {
  return Object.entries(values ?? {}).map(([metric, value]) => ({ at, metric, kind, value }));
}
