import type { Json } from '../json.ts';
import { jsonBytes } from '../json-size.ts';

/** The variables of one scope. A branch or an iteration can read the enclosing scopes, but not assign to them. */
export class Variables {
  readonly #outer: Variables | undefined;
  readonly #values = new Map<string, Json>();
  /** The size of the variables in all open scopes of the execution. */
  readonly #stored: { bytes: number };
  #ownBytes = 0;

  constructor(outer: Variables | undefined) {
    this.#outer = outer;
    this.#stored = outer === undefined ? { bytes: 0 } : outer.#stored;
  }

  lookup(name: string): Json | undefined {
    return this.#values.get(name) ?? this.#lookupNull(name);
  }

  #lookupNull(name: string): Json | undefined {
    return this.#values.has(name) ? null : this.#outer?.lookup(name);
  }

  assign(values: Readonly<Record<string, Json>>): void {
    const growth = this.#growth(values);
    this.#ownBytes += growth;
    this.#stored.bytes += growth;
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** The size of the variables in all open scopes of the execution. */
  get bytes(): number {
    return this.#stored.bytes;
  }

  /** The size of all variables of the execution after this assignment. */
  bytesWith(values: Readonly<Record<string, Json>>): number {
    return this.#stored.bytes + this.#growth(values);
  }

  #growth(values: Readonly<Record<string, Json>>): number {
    let bytes = 0;
    for (const [name, value] of Object.entries(values)) {
      const before = this.#values.get(name);
      bytes += jsonBytes(value) - (before === undefined ? 0 : jsonBytes(before));
    }
    return bytes;
  }

  /** The scope has ended; its variables no longer count. */
  release(): void {
    this.#stored.bytes -= this.#ownBytes;
    this.#ownBytes = 0;
  }

  /** All variables that can be read in this scope, by name. */
  toObject(): Readonly<Record<string, Json>> {
    return { ...this.#outer?.toObject(), ...Object.fromEntries(this.#values) };
  }
}
