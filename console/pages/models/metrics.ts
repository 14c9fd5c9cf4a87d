import { renderNumber } from '../../parts/numbers.ts';

const OUT_OF_FOLD = 'out-of-fold.';

/** The metrics over the test rows, in one line. */
export function describeMetrics(metrics: Readonly<Record<string, number>>): string {
  const shown = Object.entries(metrics).filter(([name]) => !name.startsWith(OUT_OF_FOLD));
  return shown.map(([name, value]) => `${name} ${renderNumber(value)}`).join(', ') || '–';
}

/** Settings in one line; undefined where there are none. */
export function describeSettings(
  settings: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const all = Object.entries(settings ?? {}).map(([name, value]) => `${name} ${value}`);
  return all.length === 0 ? undefined : all.join(', ');
}
