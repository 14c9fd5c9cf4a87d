import { displayWidth } from './display-width.ts';

/** A value of TypeScript source. */
export type Literal = string | number | boolean | LiteralList | LiteralFields | Spread;
type LiteralList = readonly (Literal | Commented)[];
interface LiteralFields {
  readonly [name: string]: Literal | undefined;
}

/** Fields that are always written on a line of their own. */
export class Spread {
  readonly fields: LiteralFields;

  constructor(fields: LiteralFields) {
    this.fields = fields;
  }
}

/** An item of a list with a comment above it. */
export class Commented {
  readonly item: Literal;
  readonly comment: string;

  constructor(item: Literal, comment: string) {
    this.item = item;
    this.comment = comment;
  }
}

const COLUMNS = 100;
const INDENT = '  ';

/**
 * Writes a value as Biome formats it.
 *
 * @param before the text before it on its first line
 * @param after the text after it on its last line
 */
export function renderLiteral(value: Literal, indent = '', before = indent, after = ','): string {
  const line = mustBreak(value) ? undefined : renderInLine(value);
  if (line !== undefined && displayWidth(before + line + after) <= COLUMNS) return line;
  if (value instanceof Spread) return renderFields(value.fields, indent);
  if (isList(value)) return renderItems(value, indent);
  if (typeof value === 'object') return renderFields(value, indent);
  return renderInLine(value);
}

function isList(value: Literal): value is LiteralList {
  return Array.isArray(value);
}

/** Biome keeps lists of several objects apart, as Prettier does. */
function mustBreak(value: Literal): boolean {
  if (value instanceof Spread) return true;
  if (!isList(value))
    return typeof value === 'object' && entriesOf(value).some(([, v]) => mustBreak(v));
  const areObjects = value.every(
    (item) =>
      typeof item === 'object' &&
      !Array.isArray(item) &&
      !(item instanceof Commented) &&
      entriesOf(item as LiteralFields).length > 1,
  );
  if (value.length > 1 && areObjects) return true;
  return value.some((item) => item instanceof Commented || mustBreak(item));
}

function renderInLine(value: Literal): string {
  if (typeof value === 'string') return renderText(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map((item) => renderInLine(item as Literal)).join(', ')}]`;
  const fields = value instanceof Spread ? value.fields : value;
  return `{ ${entriesOf(fields)
    .map(([name, field]) => `${name}: ${renderInLine(field)}`)
    .join(', ')} }`;
}

function renderFields(fields: LiteralFields, indent: string): string {
  const inner = indent + INDENT;
  const lines = entriesOf(fields).map(([name, field]) => {
    const before = `${inner}${name}: `;
    return `${before}${renderLiteral(field, inner, before)},`;
  });
  return ['{', ...lines, `${indent}}`].join('\n');
}

function renderItems(items: LiteralList, indent: string): string {
  const inner = indent + INDENT;
  const lines = items.flatMap((item) => {
    const isCommented = item instanceof Commented;
    const literal = `${inner}${renderLiteral(isCommented ? item.item : item, inner)},`;
    return isCommented ? [`${inner}// ${item.comment}`, literal] : [literal];
  });
  return ['[', ...lines, `${indent}]`].join('\n');
}

function entriesOf(fields: LiteralFields): [string, Literal][] {
  return Object.entries(fields).filter(
    (entry): entry is [string, Literal] => entry[1] !== undefined,
  );
}

/** Invisible characters, and those that change how the text around them is shown. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/gu;

/** In the quotes that need fewer escapes. */
export function renderText(text: string): string {
  const count = (quote: string) => text.split(quote).length - 1;
  const quote = count("'") > count('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\t', '\\t')
    .replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `${quote}${escaped}${quote}`;
}
