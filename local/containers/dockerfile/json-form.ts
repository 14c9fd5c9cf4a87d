/**
 * Reads an array of strings in JSON.
 *
 * @returns undefined for anything else: the instruction is then in shell form, even if it was meant as an array
 * @throws RangeError for an array with other elements than strings, which no builder accepts
 */
export function readJsonForm(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if (value.every((word): word is string => typeof word === 'string')) return value;
  throw new RangeError('an array in JSON must consist of strings only');
}
