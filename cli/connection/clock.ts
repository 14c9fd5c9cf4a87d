import type { Connection } from './connection.ts';

/** Clocks of one machine agree; what differs by more comes from a clock that runs faster than the wall. */
const AGREEMENT_MS = 2_000;

/**
 * Whether a time is of a runtime's own clock, which runs ahead of the wall: with `--speed` waits take less
 * than they say.
 */
export function isSimulated({ isLocal }: Connection, time: Date | undefined): boolean {
  return isLocal && time !== undefined && time.getTime() > Date.now() + AGREEMENT_MS;
}
