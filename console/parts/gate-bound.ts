import type { Schemas } from '../../api/client/index.ts';
import { renderNumber } from './numbers.ts';

/** `at most 6`, and which end of the interval it is held against where it is not the value. */
export function describeBound(bound: Schemas['GateBound'] | undefined): string {
  if (bound === undefined) return '–';
  const { minimum, maximum, at } = bound;
  const parts = [
    ...(minimum === undefined ? [] : [`at least ${renderNumber(minimum)}`]),
    ...(maximum === undefined ? [] : [`at most ${renderNumber(maximum)}`]),
  ];
  return `${parts.join(', ')}${at === 'value' ? '' : ` (${at} end)`}`;
}
