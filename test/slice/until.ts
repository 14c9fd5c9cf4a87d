import { setTimeout as pause } from 'node:timers/promises';

/** Real processes are waited for; a loaded machine takes its time. */
const PATIENCE_MS = 150_000;
const LOOK_EVERY_MS = 150;

/** Looks until there is an answer. */
export async function until<Answer>(
  what: string,
  look: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${PATIENCE_MS / 1_000} s for ${what} in vain.`);
    }
    await pause(LOOK_EVERY_MS);
  }
}
