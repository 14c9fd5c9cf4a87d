import type { Clock } from '../../host/clock.ts';
import type { Random } from '../../host/random.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly until: number;
}

const KEY_DIGITS = 64;

/** Values under secret keys, for a while: in memory, and at most so many that clients cannot fill it. */
export class ExpiringMap<Value> {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #most: number;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }, most: number) {
    this.#clock = clock;
    this.#random = random;
    this.#most = most;
  }

  /** @returns the key of the value; the oldest values make room */
  add(value: Value, lifetimeMs: number): string {
    const key = this.#random.hex(KEY_DIGITS);
    this.#entries.set(key, { value, until: this.#clock.now() + lifetimeMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most) break;
      this.#entries.delete(oldest);
    }
    return key;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#clock.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** The value, which is then gone. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** Deletes the values that are meant. */
  deleteWhere(isMeant: (value: Value) => boolean): void {
    for (const [key, { value }] of this.#entries) if (isMeant(value)) this.#entries.delete(key);
  }
}
