import type { Clock } from '../../host/clock.ts';
import { NotAuthorizedException } from './errors.ts';

interface Failures {
  readonly count: number;
  readonly at: number;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html */
const FREE_ATTEMPTS = 5;
const FIRST_LOCK_MS = 1_000;
const LONGEST_LOCK_MS = 900_000;
const MOST_USERS = 10_000;

/**
 * Locks a user out after failed attempts: after the fifth for a second, and twice as long after each further one, up to about
 * 15 minutes. It ends with its time or with a correct password. Users that do not exist are locked out too.
 */
export class LockOut {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();
  /** The last attempt of each user: parallel guesses wait for each other. */
  readonly #attempts = new Map<string, Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Whether an attempt of a user succeeds.
   *
   * @throws NotAuthorizedException while the user is locked out
   */
  async attempt(user: string, succeeds: () => Promise<boolean>): Promise<boolean> {
    const former = this.#attempts.get(user) ?? Promise.resolve();
    const attempt = former.catch(() => undefined).then(() => this.#try(user, succeeds));
    this.#attempts.set(user, attempt);
    try {
      return await attempt;
    } finally {
      if (this.#attempts.get(user) === attempt) this.#attempts.delete(user);
    }
  }

  async #try(user: string, succeeds: () => Promise<boolean>): Promise<boolean> {
    this.#check(user);
    const isCorrect = await succeeds();
    if (isCorrect) this.#failures.delete(user);
    else this.#fail(user);
    return isCorrect;
  }

  #check(user: string): void {
    const { count, at } = this.#failures.get(user) ?? { count: 0, at: 0 };
    if (count < FREE_ATTEMPTS) return;
    const lockMs = Math.min(FIRST_LOCK_MS * 2 ** (count - FREE_ATTEMPTS), LONGEST_LOCK_MS);
    if (this.#clock.now() < at + lockMs) {
      throw new NotAuthorizedException('Password attempts exceeded');
    }
  }

  #fail(user: string): void {
    const now = this.#clock.now();
    const { count, at } = this.#failures.get(user) ?? { count: 0, at: now };
    this.#failures.delete(user);
    this.#failures.set(user, { count: now > at + LONGEST_LOCK_MS ? 1 : count + 1, at: now });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST_USERS) break;
      this.#failures.delete(oldest);
    }
  }
}
