import { isJsonObject, type Json } from '../json.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findLabelCharacter, maximumLabelLength } from './label.ts';

/**
 * The message of the error `InvalidDefinition` with which AWS refuses to create a machine: every
 * diagnostic as `CODE: message at location`. Give it the diagnostics of severity ERROR.
 */
export function describeRefusal(definition: string, diagnostics: readonly Diagnostic[]): string {
  const label = diagnostics.find(({ code }) => code === 'INVALID_LABEL_NAME');
  if (label !== undefined) return describeLabelRefusal(definition, label);
  return `Invalid State Machine Definition: '${diagnostics.map(describe).join(', ')}'`;
}

function describe({ code, message, location }: Diagnostic): string {
  // AWS prints the missing location of a finding as null.
  return `${code}: ${message.trimEnd()} at ${location ?? 'null'}`;
}

/**
 * The recorded answers to bad labels have another wording than all others, Python's representation
 * of an error. It is reproduced as recorded.
 */
function describeLabelRefusal(definition: string, { location = '' }: Diagnostic): string {
  const label = valueAt(definition, location);
  const problem = describeLabel(typeof label === 'string' ? label : '');
  return `Error=ValueError Args=[${quote(problem)}] in definition '${definition}'.`;
}

function describeLabel(label: string): string {
  if (label === '') return 'Label cannot be empty';
  if (label.length > maximumLabelLength) {
    return `Label cannot exceed ${maximumLabelLength} characters`;
  }
  return `Label contains invalid character: ${quote(findLabelCharacter(label) ?? '')}`;
}

/** The value at a location of a diagnostic. Names with slashes are found by trying longer ones. */
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

/** A text as Python's `repr` writes it. */
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
