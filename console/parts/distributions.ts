import type { Schemas } from '../../api/client/index.ts';
import { renderNumber } from './numbers.ts';

type Report = Schemas['DriftReport'];

/** A column of the rows; one of the answers has no checks. */
export type DriftColumn = Report['predictions'][number] & Partial<Report['columns'][number]>;

/** How much of the training rows and of the rows now is in one place. */
export interface Slot {
  readonly label: string;
  /** From 0 to 1. */
  readonly baseline: number;
  readonly current: number;
}

/** Both distributions of a column, in bins or by category. */
export function slotsOf({ bins, categories, others }: DriftColumn): readonly Slot[] {
  const counted = [
    ...(bins ?? []).map(({ lower, upper, ...counts }) => ({
      label: nameBin(lower, upper),
      ...counts,
    })),
    ...(categories ?? []).map(({ value, ...counts }) => ({ label: value, ...counts })),
    ...(others === undefined || others.values === 0
      ? []
      : [
          {
            label: `${others.values} others`,
            baseline: others.baseline,
            current: others.current,
          },
        ]),
  ];
  const total = (key: 'baseline' | 'current') =>
    counted.reduce((sum, each) => sum + each[key], 0) || 1;
  const [before, now] = [total('baseline'), total('current')];
  return counted.map(({ label, baseline, current }) => ({
    label,
    baseline: baseline / before,
    current: current / now,
  }));
}

function nameBin(lower: number | null, upper: number | null): string {
  if (lower === null && upper === null) return 'all';
  if (lower === null) return `below ${renderNumber(upper ?? 0)}`;
  if (upper === null) return `from ${renderNumber(lower)}`;
  return `${renderNumber(lower)} to ${renderNumber(upper)}`;
}
