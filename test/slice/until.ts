import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for real processes on a busy machine. */
const PATIENCE_MS = 25_000;
const LOOK_EVERY_MS = 150;

/**
 * Polls until there is an answer.
 *
 * @param state says in the error what there was instead
 */
export async function until<Answer>(
  what: string,
  look: () => Promise<Answer | undefined>,
  state: () => Promise<string> | string = () => '',
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) {
      throw new Error(`${what} did not happen within ${PATIENCE_MS / 1_000} s. ${await state()}`);
    }
    await pause(LOOK_EVERY_MS);
  }
}
