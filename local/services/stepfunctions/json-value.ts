import { type Json, type JsonObject, parseDocument } from '../../../engine/index.ts';

/** The JSON value of a text, or `otherwise` if the text is not JSON. */
export function parseJsonOr(text: string, otherwise: Json): Json {
  try {
    return parseDocument(text);
  } catch {
    return otherwise;
  }
}

/** The value if it is a string, else the empty string. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
