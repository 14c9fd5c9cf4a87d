import { findJsonProblem, type Json, parseDocument } from '../../../engine/index.ts';

/** What a text is as JSON, or what AWS's parser (Jackson) says is wrong with it. */
export type JsonText =
  | { readonly valid: true; readonly value: Json }
  | { readonly valid: false; readonly problem: string };

export function parseJsonText(text: string): JsonText {
  try {
    return { valid: true, value: parseDocument(text) };
  } catch {
    // For Jackson an empty text is no mistake, but nothing.
    return { valid: false, problem: findJsonProblem(text) ?? 'Invalid execution input.' };
  }
}
