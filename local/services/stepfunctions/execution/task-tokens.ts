import type { TaskReporter } from '../../../../engine/index.ts';
import { InvalidToken, TaskTimedOut } from '../errors.ts';

/** A task that somebody outside is to finish with its token. */
export interface OpenTask {
  readonly executionArn: string;
  /** What callers need the permission on: the state machine, or the activity. */
  readonly resourceArn: string;
  readonly reporter: TaskReporter;
}

const ENDED_KEPT = 10_000;

/**
 * The tokens of all tasks in flight. They are not stored: a resumed execution starts its tasks again
 * with the same tokens.
 */
export class TaskTokens {
  readonly #open = new Map<string, OpenTask>();
  /** The resources of tasks that have ended: who comes late is told so, if they may know. */
  readonly #ended = new Map<string, string>();

  /** Returns what closes the token again. */
  open(token: string, task: OpenTask): () => void {
    this.#open.set(token, task);
    return () => {
      if (this.#open.get(token) !== task) return;
      this.#open.delete(token);
      this.#ended.set(token, task.resourceArn);
      if (this.#ended.size <= ENDED_KEPT) return;
      for (const oldest of this.#ended.keys()) {
        this.#ended.delete(oldest);
        return;
      }
    };
  }

  /** What a caller needs the permission on; `*` for a token that was never given out. */
  resourceOf(token: string | undefined): string {
    const known = token ?? '';
    return this.#open.get(known)?.resourceArn ?? this.#ended.get(known) ?? '*';
  }

  /**
   * The task of a token.
   *
   * @throws InvalidToken for what never was a token; TaskTimedOut for a task that has ended
   */
  find(token: string): OpenTask {
    const task = this.#open.get(token);
    if (task !== undefined) return task;
    if (!looksLikeToken(token)) throw new InvalidToken();
    throw new TaskTimedOut();
  }
}

/** Every token wraps a UUID: what does not was never given out. */
function looksLikeToken(token: string): boolean {
  const text = Buffer.from(token, 'base64').toString('latin1');
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
  return uuid.test(token) || uuid.test(text);
}
