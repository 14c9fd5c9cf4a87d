/** What the API model says about a value beside its type. */
export interface Rules {
  /** Of a number its value; of a text, a list or a map its length; of a blob its bytes. */
  readonly min?: number;
  readonly max?: number;
  /** A Java regular expression that must match the whole text. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Messages do not print the value. */
  readonly sensitive?: boolean;
  /** Of a text: its length is that of its UTF-8 form. Never in a model; see `exceptions`. */
  readonly countsBytes?: boolean;
}

/** How a structure's or list's parts are named: a shape or a bare type; `!` stands behind what must be there. */
export type Reference = string;

/** One shape as `test/api-model/write.mjs` writes it. */
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
  /** By operation the shape of its input; operations without input are not here. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}
