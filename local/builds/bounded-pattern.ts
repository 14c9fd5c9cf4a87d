import { runInNewContext } from 'node:vm';

/** How long a pattern may search, in real time: some take longer than the age of the universe. */
const PATIENCE_MS = 100;

/**
 * Whether a regular expression that comes from a user is found in a text.
 *
 * @returns undefined if it is not a regular expression, or takes too long
 */
export function findPattern(source: string, text: string): boolean | undefined {
  try {
    const found: unknown = runInNewContext(
      'new RegExp(source, "su").test(text)',
      { source, text },
      { timeout: PATIENCE_MS },
    );
    return found === true;
  } catch {
    return undefined;
  }
}
