import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { State, States } from '../machine.ts';
import { runtimeError } from '../states-error.ts';

/** The states of one group. Each is compiled on its first visit, because executions visit few of them. */
export class LazyStates implements States {
  readonly #definitions: JsonObject;
  readonly #compile: (name: string, definition: JsonObject) => State;
  readonly #compiled = new Map<string, State>();

  constructor(definitions: JsonObject, compile: (name: string, definition: JsonObject) => State) {
    this.#definitions = definitions;
    this.#compile = compile;
  }

  get(name: string): State | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const definition: Json | undefined = Object.hasOwn(this.#definitions, name)
      ? this.#definitions[name]
      : undefined;
    if (definition === undefined || !isJsonObject(definition)) return undefined;
    const state = this.#compileState(name, definition);
    this.#compiled.set(name, state);
    return state;
  }

  #compileState(name: string, definition: JsonObject): State {
    try {
      return this.#compile(name, definition);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw runtimeError(`The state '${name}' cannot be compiled: ${reason}`);
    }
  }
}
