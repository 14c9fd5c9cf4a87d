import type { TaskReporter } from '../../../../engine/index.ts';
import { InvalidToken, TaskTimedOut } from '../errors.ts';

/** A task that an external caller completes with its token. */
export interface OpenTask {
  readonly executionArn: string;
  /** The resource of the caller's permission: the state machine, or the activity. */
  readonly resourceArn: string;
  readonly reporter: TaskReporter;
}

const ENDED_KEPT = 10_000;

/**
 * The tokens of all tasks in progress. They are not stored: a resumed execution starts its tasks again
 * with the same tokens.
 */
export class TaskTokens {
  readonly #open = new Map<string, OpenTask>();
  /** The resources of tasks that have ended: a late caller with permission gets TaskTimedOut. */
  readonly #ended = new Map<string, string>();

  /** Returns a function that closes the token. */
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

  /** The resource of the caller's permission; `*` for a token that was never issued. */
  resourceOf(token: string | undefined): string {
    const known = token ?? '';
    return this.#open.get(known)?.resourceArn ?? this.#ended.get(known) ?? '*';
  }

  /**
   * The task of a token.
   *
   * @throws InvalidToken for a token that was never issued; TaskTimedOut for a task that has ended
   */
  find(token: string): OpenTask {
    const task = this.#open.get(token);
    if (task !== undefined) return task;
    if (!looksLikeToken(token)) throw new InvalidToken();
    throw new TaskTimedOut();
  }
}

/** Every token contains a UUID: a token without one was never issued. */
function looksLikeToken(token: string): boolean {
  const text = Buffer.from(token, 'base64').toString('latin1');
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
  return uuid.test(token) || uuid.test(text);
}
