import { NumberAsWritten } from './number-as-written.ts';

/** A JSON document. The engine never changes one it was given, and a host may not change one it gives away. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; see {@link Json}. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A text that a valid definition must have; empty for anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof NumberAsWritten)
  );
}
