import type { Clock, EpochMs } from '../../../host/clock.ts';

/**
 * Cognito's own bounds are per user and per account; AWS protects a sign-in page from guesses about many users with a
 * rate-based rule of WAF, whose example for a login page is this one:
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rate-based-example-limit-login-page-keys.html
 */
const FAILED_ATTEMPTS = 100;
const WINDOW_MS = 300_000;
const MOST_ADDRESSES = 10_000;

interface Attempts {
  readonly count: number;
  readonly since: EpochMs;
}

/** Too many sign-ins from one address have failed. */
export class TooManyAttempts extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Rate exceeded');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Bounds the failed sign-ins of an address, whichever users they are for. */
export class AddressLimit {
  readonly #clock: Clock;
  readonly #attempts = new Map<string, Attempts>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs an attempt, which counts until it succeeds, so that parallel guesses are bounded too.
   *
   * @param work throws if the attempt fails
   * @throws TooManyAttempts
   */
  async attempt<Result>(address: string, work: () => Promise<Result>): Promise<Result> {
    this.#count(address);
    const result = await work();
    this.#giveBack(address);
    return result;
  }

  #count(address: string): void {
    const now = this.#clock.now();
    const known = this.#attempts.get(address);
    const isOver = known === undefined || now >= known.since + WINDOW_MS;
    const { count, since } = isOver ? { count: 0, since: now } : known;
    if (count >= FAILED_ATTEMPTS) {
      throw new TooManyAttempts(Math.ceil((since + WINDOW_MS - now) / 1_000));
    }
    this.#attempts.delete(address);
    this.#attempts.set(address, { count: count + 1, since });
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > MOST_ADDRESSES && oldest !== undefined) this.#attempts.delete(oldest);
  }

  #giveBack(address: string): void {
    const known = this.#attempts.get(address);
    if (known !== undefined && known.count > 0) {
      this.#attempts.set(address, { ...known, count: known.count - 1 });
    }
  }
}
