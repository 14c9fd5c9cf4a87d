import { isJsonObject, type Json } from '../json.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findLabelCharacter, MAXIMUM_LABEL_CHARACTERS } from './label.ts';

/**
 * The message of AWS's error `InvalidDefinition` for an invalid machine: every diagnostic as
 * `CODE: message at location`. Pass only diagnostics of severity ERROR.
 */
export function describeRefusal(definition: string, diagnostics: readonly Diagnostic[]): string {
  const label = diagnostics.find(({ code }) => code === 'INVALID_LABEL_NAME');
  if (label !== undefined) return describeLabelRefusal(definition, label);
  return `Invalid State Machine Definition: '${diagnostics.map(describe).join(', ')}'`;
}

function describe({ code, message, location }: Diagnostic): string {
  // AWS prints a missing location as null.
  return `${code}: ${message.trimEnd()} at ${location ?? 'null'}`;
}

/**
 * The recorded answers for invalid labels differ from all others: they contain Python's representation of an
 * error. It is reproduced as recorded.
 */
function describeLabelRefusal(definition: string, { location = '' }: Diagnostic): string {
  const label = valueAt(definition, location);
  const problem = describeLabel(typeof label === 'string' ? label : '');
  return `Error=ValueError Args=[${quote(problem)}] in definition '${definition}'.`;
}

function describeLabel(label: string): string {
  if (label === '') return 'Label cannot be empty';
  if (label.length > MAXIMUM_LABEL_CHARACTERS) {
    return `Label cannot exceed ${MAXIMUM_LABEL_CHARACTERS} characters`;
  }
  return `Label contains invalid character: ${quote(findLabelCharacter(label) ?? '')}`;
}

/** The value at a location of a diagnostic. For names with slashes, longer names are tried. */
function valueAt(definition: string, location: string): Json | undefined {
  const parts = location.split('/').slice(1);
  return descend(JSON.parse(definition) as Json, parts);
}

function descend(value: Json | undefined, parts: readonly string[]): Json | undefined {
  if (parts.length === 0 || value === undefined) return value;
  for (let length = 1; length <= parts.length; length += 1) {
    const found = step(value, parts.slice(0, length).join('/'));
    const deeper = found === undefined ? undefined : descend(found, parts.slice(length));
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function step(value: Json, part: string): Json | undefined {
  if (!isJsonObject(value)) return undefined;
  if (Object.hasOwn(value, part)) return value[part];
  const [, name = '', index = ''] = /^(.*)\[(\d+)\]$/su.exec(part) ?? [];
  const list = Object.hasOwn(value, name) ? value[name] : undefined;
  return Array.isArray(list) ? (list as readonly Json[])[Number(index)] : undefined;
}

/** Writes a text as Python's `repr` does. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replaceAll(/\p{Cc}/gu, escapeControl);
  return `${mark}${escaped}${mark}`;
}

function escapeControl(character: string): string {
  const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return short[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
