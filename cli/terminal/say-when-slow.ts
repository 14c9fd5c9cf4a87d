import type { Terminal } from './terminal.ts';

/** People doubt whether anything happens after about a second. */
const SLOW_MS = 1_000;

/** Waits for work, and says what is waited for once that takes longer than a second. */
export async function sayWhenSlow<Result>(
  terminal: Pick<Terminal, 'note'>,
  text: string,
  work: Promise<Result>,
): Promise<Result> {
  const timer = setTimeout(() => terminal.note(text), SLOW_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
