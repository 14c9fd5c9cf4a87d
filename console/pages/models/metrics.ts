import { renderNumber } from '../../parts/numbers.ts';

const OUT_OF_FOLD = 'out-of-fold.';

/** The metrics over the test rows, in one line. */
export function describeMetrics(metrics: Readonly<Record<string, number>>): string {
  const shown = Object.entries(metrics).filter(([name]) => !name.startsWith(OUT_OF_FOLD));
  return shown.map(([name, value]) => `${name} ${renderNumber(value)}`).join(', ') || '–';
}
