import { NumberAsWritten } from './number-as-written.ts';

/** A JSON document. It is immutable: neither the engine nor the host may change it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; see {@link Json}. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A text that every valid definition has; empty for any other value. */
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
