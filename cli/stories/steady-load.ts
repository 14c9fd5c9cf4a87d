import { type AskedPlace, askLiveModel } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';

/** The answers that clients received from an endpoint. */
export interface LoadReport {
  readonly requests: number;
  readonly failures: number;
  /** Answers that took longer than `slowAfterMs`. */
  readonly slow: number;
  /** Answers other than the expected ones. */
  readonly wrong: number;
  readonly requestsPerSecond: number;
  /** The messages of the first failures. */
  readonly messages: readonly string[];
}

export interface LoadOptions {
  readonly place: AskedPlace;
  /** A raw row. */
  readonly row: string;
  /** The correct answers, to three decimals. @default any answer is correct */
  readonly expected?: readonly number[];
  readonly requestsPerSecond: number;
  /** @default 1000 */
  readonly slowAfterMs?: number;
}

/** An interval on the clock of `performance.now`, in milliseconds; without an end, it has not ended. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Request {
  readonly sentAt: number;
  failure?: string;
  isSlow?: boolean;
  isWrong?: boolean;
}

const MESSAGES = 5;
const TOLERANCE = 0.001;

/**
 * Clients that do not wait for one another: a request is sent at each interval, also if earlier ones take longer
 * than that. Counts from its start until `stop`, which waits for the pending answers.
 */
export class SteadyLoad {
  readonly #connection: Connection;
  readonly #options: LoadOptions;
  readonly #startedAt = performance.now();
  readonly #underWay = new Set<Promise<void>>();
  readonly #requests: Request[] = [];
  readonly #beat: NodeJS.Timeout;
  #stoppedAt: number | undefined;

  constructor(connection: Connection, options: LoadOptions) {
    this.#connection = connection;
    this.#options = options;
    // Timers are late, so all requests that are due are sent: the rate stays the same.
    this.#beat = setInterval(() => this.#sendWhatIsDue(), 1_000 / options.requestsPerSecond);
    this.#beat.unref();
  }

  /** The counts so far. */
  report(): LoadReport {
    return this.within({ from: this.#startedAt, to: this.#stoppedAt ?? performance.now() });
  }

  /** Of the requests that were sent in a span of time. */
  within({ from, to }: Span): LoadReport {
    const requests = this.#requests.filter(({ sentAt }) => sentAt >= from && sentAt <= to);
    const failures = requests.flatMap(({ failure }) => failure ?? []);
    return {
      requests: requests.length,
      failures: failures.length,
      slow: requests.filter(({ isSlow }) => isSlow === true).length,
      wrong: requests.filter(({ isWrong }) => isWrong === true).length,
      requestsPerSecond: (1_000 * requests.length) / (to - from),
      messages: failures.slice(0, MESSAGES),
    };
  }

  async stop(): Promise<LoadReport> {
    clearInterval(this.#beat);
    this.#stoppedAt ??= performance.now();
    await Promise.all(this.#underWay);
    return this.report();
  }

  #sendWhatIsDue(): void {
    const elapsedSeconds = (performance.now() - this.#startedAt) / 1_000;
    while (this.#requests.length < elapsedSeconds * this.#options.requestsPerSecond) {
      const request: Request = { sentAt: performance.now() };
      this.#requests.push(request);
      const sent = this.#send(request);
      this.#underWay.add(sent);
      void sent.finally(() => this.#underWay.delete(sent));
    }
  }

  async #send(request: Request): Promise<void> {
    const { place, row, expected, slowAfterMs = 1_000 } = this.#options;
    try {
      const { text } = await askLiveModel(this.#connection, place, {
        body: `${row}\n`,
        contentType: 'text/csv',
      });
      const answer = Number(text);
      request.isWrong =
        expected?.every((value) => !(Math.abs(value - answer) <= TOLERANCE)) ?? false;
    } catch (error) {
      request.failure = String(error);
    }
    request.isSlow = performance.now() - request.sentAt > slowAfterMs;
  }
}
