import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import type { Connection } from '../connection.ts';

/** What clients saw of an endpoint. */
export interface LoadReport {
  readonly requests: number;
  readonly failures: number;
  /** Answers that took longer than `slowAfterMs`. */
  readonly slow: number;
  /** Answers other than the expected ones. */
  readonly wrong: number;
  readonly requestsPerSecond: number;
  /** What the first failures said. */
  readonly messages: readonly string[];
}

export interface LoadOptions {
  readonly endpointName: string;
  /** A raw row. */
  readonly row: string;
  /** The answers that are right, to three decimals. @default any answer is right */
  readonly expected?: readonly number[];
  readonly requestsPerSecond: number;
  /** @default 1000 */
  readonly slowAfterMs?: number;
}

const MESSAGES = 5;
const TOLERANCE = 0.001;

/**
 * Clients that do not wait for one another: a request is sent at every beat, however long the ones
 * before it take. Counts from its start until `stop`, which waits for the answers under way.
 */
export class SteadyLoad {
  readonly #connection: Connection;
  readonly #options: LoadOptions;
  readonly #startedAt = performance.now();
  readonly #underWay = new Set<Promise<void>>();
  readonly #messages: string[] = [];
  readonly #beat: NodeJS.Timeout;
  #requests = 0;
  #failures = 0;
  #slow = 0;
  #wrong = 0;

  constructor(connection: Connection, options: LoadOptions) {
    this.#connection = connection;
    this.#options = options;
    // Timers come late; what is due is counted, so that the rate holds.
    this.#beat = setInterval(() => this.#sendWhatIsDue(), 1_000 / options.requestsPerSecond);
  }

  async stop(): Promise<LoadReport> {
    clearInterval(this.#beat);
    const elapsedSeconds = (performance.now() - this.#startedAt) / 1_000;
    await Promise.all(this.#underWay);
    return {
      requests: this.#requests,
      failures: this.#failures,
      slow: this.#slow,
      wrong: this.#wrong,
      requestsPerSecond: this.#requests / elapsedSeconds,
      messages: this.#messages,
    };
  }

  #sendWhatIsDue(): void {
    const elapsedSeconds = (performance.now() - this.#startedAt) / 1_000;
    while (this.#requests < elapsedSeconds * this.#options.requestsPerSecond) {
      this.#requests += 1;
      const request = this.#send();
      this.#underWay.add(request);
      void request.finally(() => this.#underWay.delete(request));
    }
  }

  async #send(): Promise<void> {
    const sentAt = performance.now();
    const { endpointName, row, expected, slowAfterMs = 1_000 } = this.#options;
    try {
      const { Body } = await this.#connection.sagemakerRuntime.send(
        new InvokeEndpointCommand({
          EndpointName: endpointName,
          ContentType: 'text/csv',
          Body: `${row}\n`,
        }),
      );
      const answer = Number(Body.transformToString());
      if (expected?.every((value) => Math.abs(value - answer) > TOLERANCE) === true) {
        this.#wrong += 1;
      }
    } catch (error) {
      this.#failures += 1;
      if (this.#messages.length < MESSAGES) this.#messages.push(String(error));
    }
    if (performance.now() - sentAt > slowAfterMs) this.#slow += 1;
  }
}
