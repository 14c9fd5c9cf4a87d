import { type Arg, type Dockerfile, expandWord } from '../dockerfile/index.ts';

/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function platformArguments(): ReadonlyMap<string, string> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const facts: [string, string][] = [
    ['PLATFORM', `linux/${architecture}`],
    ['OS', 'linux'],
    ['ARCH', architecture],
    ['VARIANT', ''],
  ];
  return new Map(
    facts.flatMap(([name, value]) => [
      [`TARGET${name}`, value],
      [`BUILD${name}`, value],
    ]),
  );
}

/** The arguments of a build: what `--build-arg` gives, and what stands before the first FROM. */
export class Arguments {
  readonly #given: ReadonlyMap<string, string>;
  readonly #global: ReadonlyMap<string, string>;
  readonly #dockerfile: Dockerfile;

  constructor(dockerfile: Dockerfile, given: Readonly<Record<string, string>>) {
    this.#dockerfile = dockerfile;
    this.#given = new Map(Object.entries(given));
    const known = new Map(platformArguments());
    for (const { declarations } of dockerfile.globalArguments) {
      for (const { defaultValue, name } of declarations) {
        const value = this.#given.get(name) ?? this.#expandQuietly(defaultValue, known);
        if (value !== undefined) known.set(name, value);
      }
    }
    this.#global = known;
  }

  /** @throws RangeError */
  expandFrom(text: string): string {
    return expandWord(text, this.#global, { escape: this.#dockerfile.directives.escape });
  }

  /** The values that an ARG of a stage declares; an argument without a value is unset. */
  declare({ declarations }: Arg, expand: (text: string) => string): readonly [string, string][] {
    return declarations.flatMap(({ defaultValue, name }): [string, string][] => {
      const given = this.#given.get(name);
      const value =
        given ?? (defaultValue === undefined ? this.#global.get(name) : expand(defaultValue));
      return value === undefined ? [] : [[name, value]];
    });
  }

  get escape(): '\\' | '`' {
    return this.#dockerfile.directives.escape;
  }

  /** A mistake in a default shows where the argument is used. */
  #expandQuietly(text: string | undefined, known: ReadonlyMap<string, string>) {
    if (text === undefined) return undefined;
    try {
      return expandWord(text, known, { escape: this.#dockerfile.directives.escape });
    } catch {
      return undefined;
    }
  }
}
