import type { Json } from '../json.ts';

/** Variables of one scope; a branch or an iteration reads those around it but never assigns them. */
export class Variables {
  readonly #outer: Variables | undefined;
  readonly #values = new Map<string, Json>();

  constructor(outer: Variables | undefined) {
    this.#outer = outer;
  }

  lookup(name: string): Json | undefined {
    return this.#values.get(name) ?? this.#lookupNull(name);
  }

  #lookupNull(name: string): Json | undefined {
    return this.#values.has(name) ? null : this.#outer?.lookup(name);
  }

  assign(values: Readonly<Record<string, Json>>): void {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** All that can be read here, by name. */
  toObject(): Readonly<Record<string, Json>> {
    return { ...this.#outer?.toObject(), ...Object.fromEntries(this.#values) };
  }
}
