import type { Json } from '../json.ts';
import type { QueryLanguage } from '../machine.ts';

/** What a field of a state gives for a number: where a path leads to a text, AWS takes the number in it. */
export function numberIn(value: Json, language: QueryLanguage): Json | undefined {
  if (typeof value !== 'string' || language === 'JSONata') return value;
  return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}
