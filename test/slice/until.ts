import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for real processes on a busy machine. */
const PATIENCE_MS = 150_000;
const LOOK_EVERY_MS = 150;

/** Polls until there is an answer. */
export async function until<Answer>(
  what: string,
  look: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) {
      throw new Error(`${what} did not happen within ${PATIENCE_MS / 1_000} s.`);
    }
    await pause(LOOK_EVERY_MS);
  }
}
