import { findJsonProblem, type Json, parseDocument } from '../../../engine/index.ts';

/** The JSON value of a text, or the message of AWS's parser (Jackson). */
export type JsonText =
  | { readonly valid: true; readonly value: Json }
  | { readonly valid: false; readonly problem: string };

export function parseJsonText(text: string): JsonText {
  try {
    return { valid: true, value: parseDocument(text) };
  } catch {
    // Jackson reports no error for an empty text.
    return { valid: false, problem: findJsonProblem(text) ?? 'Invalid execution input.' };
  }
}
