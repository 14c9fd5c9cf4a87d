/** Values within values: far more than a configuration has, and few enough to follow. */
const MAXIMUM_DEPTH = 20;
const MAXIMUM_VALUES = 20_000;

/** What is wrong with a value, whichever field it is of. */
export interface UnplainValue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** An input as data, and what of it is none. */
export interface PlainInput {
  /** A copy without the values that are no data. */
  readonly value: unknown;
  readonly unplain: readonly UnplainValue[];
}

/** Reads a value of any kind, which may be a program's own object: getters may throw, and it may contain itself. */
export function readPlain(input: unknown): PlainInput {
  const reading = new Reading();
  const value = reading.copy(input, []);
  return { value, unplain: reading.unplain };
}

type Path = readonly PropertyKey[];

class Reading {
  readonly unplain: UnplainValue[] = [];
  /** The objects that the value lies in, with their paths. */
  readonly #around = new Map<object, Path>();
  #values = 0;

  copy(value: unknown, path: Path): unknown {
    this.#values += 1;
    if (this.#values > MAXIMUM_VALUES) {
      if (this.#values > MAXIMUM_VALUES + 1) return undefined;
      return this.#report([], `must have at most ${MAXIMUM_VALUES} values; write less`);
    }
    const rule = judgeKind(value);
    if (rule !== undefined) return this.#report(path, rule);
    if (typeof value !== 'object' || value === null) return value;
    const outer = this.#around.get(value);
    if (outer !== undefined) {
      return this.#report(
        path,
        `must not contain itself: it is ${renderOuter(outer)} again; write the values`,
      );
    }
    if (path.length >= MAXIMUM_DEPTH) {
      return this.#report(
        path,
        `must not be there: values lie at most ${MAXIMUM_DEPTH} levels deep; write it flat`,
      );
    }
    this.#around.set(value, path);
    const copy = this.#copyParts(value, path);
    this.#around.delete(value);
    return copy;
  }

  #copyParts(value: object, path: Path): unknown {
    if (Array.isArray(value)) {
      const length = this.#try(path, () => Math.min(value.length, MAXIMUM_VALUES)) ?? 0;
      return Array.from({ length }, (_, index) => this.#copyPart(value, index, path));
    }
    const keys = this.#try(path, () => Reflect.ownKeys(value)) ?? [];
    return Object.fromEntries(
      keys.flatMap((key) => {
        const rule = judgeKey(key);
        if (rule !== undefined) {
          this.#report([...path, key], rule);
          return [];
        }
        return [[key, this.#copyPart(value, key, path)] as const];
      }),
    );
  }

  #copyPart(value: object, key: PropertyKey, path: Path): unknown {
    const at = [...path, key];
    return this.copy(
      this.#try(at, () => Reflect.get(value, key)),
      at,
    );
  }

  /** Reading runs the code of getters and proxies. */
  #try<Value>(path: Path, read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      return this.#report(
        path,
        `cannot be read: its getter throws ${describeThrown(error)}; write the value`,
      );
    }
  }

  #report(path: Path, message: string): undefined {
    this.unplain.push({ path, message });
  }
}

function judgeKey(key: PropertyKey): string | undefined {
  if (typeof key === 'symbol')
    return 'must not be there: a symbol is not the name of a field; remove it';
  return key === '__proto__'
    ? 'must not be there: it is a name of JavaScript itself; rename or remove it'
    : undefined;
}

/** What cannot be written in a file of data. */
function judgeKind(value: unknown): string | undefined {
  switch (typeof value) {
    case 'bigint':
      return `must not be a BigInt; write ${value} or '${value}'`;
    case 'function':
      return 'must not be a function; write the value that it returns';
    case 'symbol':
      return 'must not be a symbol; write text';
    case 'object':
      return value === null ? undefined : judgeObject(value);
    default:
      return undefined;
  }
}

function judgeObject(value: object): string | undefined {
  try {
    if (Array.isArray(value)) return undefined;
    if (isPromise(value))
      return 'must not be a promise, because nothing waits for it; write the value';
    const prototype: unknown = Reflect.getPrototypeOf(value);
    if (prototype === null || Reflect.getPrototypeOf(prototype as object) === null) {
      // Also that of another realm.
      return prototype === null || Object.hasOwn(prototype as object, 'hasOwnProperty')
        ? undefined
        : 'must be an object without a prototype of its own; write its fields';
    }
    const { name } =
      (prototype as { readonly constructor?: { readonly name?: unknown } }).constructor ?? {};
    return typeof name === 'string' && name !== '' && name !== 'Object'
      ? `must be plain data, and is an object of the class ${name}; write its values`
      : 'must be an object without a prototype of its own; write its fields';
  } catch (error) {
    return `cannot be read: ${describeThrown(error)}; write plain values`;
  }
}

function isPromise(value: object): boolean {
  return typeof Reflect.get(value, 'then') === 'function';
}

/** Of anything that code may throw. */
export function describeThrown(error: unknown): string {
  try {
    return String(error);
  } catch {
    return `a value without text (${typeof error})`;
  }
}

function renderOuter(path: Path): string {
  return path.length === 0 ? 'the whole configuration' : path.map(String).join('.');
}
