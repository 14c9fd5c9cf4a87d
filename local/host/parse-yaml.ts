import { isNode, isScalar, LineCounter, parseDocument, type SchemaOptions, visit } from 'yaml';

const MAX_ALIASES = 100;

export interface YamlOptions extends Pick<SchemaOptions, 'customTags' | 'schema'> {
  /** Whether an unknown tag is a mistake. @default it is not */
  readonly knowsAllTags?: boolean;
}

/**
 * Reads YAML, or JSON, of which no map may have a key twice. The parser's own check compares each key with each other
 * one, which takes minutes for a megabyte of short keys.
 *
 * @throws Error with the first problem
 */
export function parseYaml(
  text: string,
  { knowsAllTags = false, ...schema }: YamlOptions = {},
): unknown {
  const lineCounter = new LineCounter();
  // Very deep ones end the parser, which goes down by calls, with a RangeError.
  const settings = { ...schema, lineCounter, uniqueKeys: false, logLevel: 'silent' } as const;
  const document = parseDocument(text, settings);
  const [problem] = [...document.errors, ...(knowsAllTags ? document.warnings : [])];
  if (problem !== undefined) throw new Error(problem.message.split('\n')[0]);
  visit(document, {
    Map: (_, { items }) => checkKeys(items, lineCounter),
  });
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

function checkKeys(items: readonly { readonly key: unknown }[], lineCounter: LineCounter): void {
  const known = new Set<unknown>();
  for (const { key } of items) {
    const value = isScalar(key) ? key.value : key;
    if (known.has(value)) {
      const { line, col } = lineCounter.linePos((isNode(key) && key.range?.[0]) || 0);
      throw new Error(`Map keys must be unique at line ${line}, column ${col}:`);
    }
    known.add(value);
  }
}
