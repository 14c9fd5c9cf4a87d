import { useSyncExternalStore } from 'react';
import { minutesAhead, onClockSet } from '../data/server-clock.ts';

/** Less may be a clock that is not set well. */
const NOTED_MINUTES = 5;

/** How far the clock of the API is ahead of the browser's: that of a local runtime runs faster while workflows only wait. */
export function useClock(): { readonly isAhead: boolean; readonly minutes: number } {
  const minutes = useSyncExternalStore(onClockSet, minutesAhead);
  return { isAhead: minutes >= NOTED_MINUTES, minutes };
}
