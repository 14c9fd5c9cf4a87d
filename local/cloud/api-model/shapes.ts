/** The constraints of the API model on a value. */
export interface Rules {
  /** The value of a number; the length of a text, a list or a map; the bytes of a blob. */
  readonly min?: number;
  readonly max?: number;
  /** A Java regular expression that the whole text must match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Messages do not contain the value. */
  readonly sensitive?: boolean;
  /** The length of a text is counted in UTF-8 bytes. Not in any model; see `exceptions.ts`. */
  readonly countsBytes?: boolean;
}

/** A reference to a shape or a plain type. A `!` at the end marks a required member. */
export type Reference = string;

/** A shape, as `test/api-model/write.mjs` writes it. */
export type Shape = Rules &
  (
    | {
        readonly type: 'structure' | 'union';
        readonly members: Readonly<Record<string, Reference>>;
      }
    | { readonly type: 'list'; readonly item: Reference }
    | { readonly type: 'map'; readonly key: Reference; readonly value: Reference }
    | { readonly type: PlainType }
  );

export const PLAIN_TYPES = [
  ...(['blob', 'boolean', 'double', 'float'] as const),
  ...(['integer', 'long', 'string', 'timestamp'] as const),
];

export type PlainType = (typeof PLAIN_TYPES)[number];

/** The inputs of one API. */
export interface ApiFacts {
  /** The input shape of each operation that has an input. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}
