import type { Clock } from '../host/clock.ts';
import type { Random } from '../host/random.ts';

/** A file that anyone who has the link can read for ten minutes. */
export interface Download {
  readonly file: string;
  readonly contentType: string;
}

interface Offer extends Download {
  readonly until: number;
}

/** The path prefix of the links. No bucket can have this name. */
export const DOWNLOADS_PATH = '/_downloads/';

/** How long a link to a function's code works. @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
const LIFETIME_MS = 600_000;
const MOST_OFFERS = 1_000;
const TOKEN_DIGITS = 64;

/**
 * Links to files of the services. AWS returns presigned URLs to its own buckets in their place. Links are kept
 * in memory and become invalid when the runtime ends.
 */
export class Downloads {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #offers = new Map<string, Offer>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns the path of a link that works for ten minutes */
  offer(download: Download): string {
    const token = this.#random.hex(TOKEN_DIGITS);
    this.#offers.set(token, { ...download, until: this.#clock.now() + LIFETIME_MS });
    for (const [oldest] of this.#offers) {
      if (this.#offers.size <= MOST_OFFERS) break;
      this.#offers.delete(oldest);
    }
    return `${DOWNLOADS_PATH}${token}`;
  }

  /** The file of a link; undefined for an unknown or expired link. */
  find(path: string): Download | undefined {
    const token = path.slice(DOWNLOADS_PATH.length);
    const offer = this.#offers.get(token);
    if (offer === undefined) return undefined;
    if (offer.until > this.#clock.now()) return offer;
    this.#offers.delete(token);
    return undefined;
  }
}
