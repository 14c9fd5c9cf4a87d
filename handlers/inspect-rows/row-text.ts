/** A field as CSV writes it. */
export function quoteField(text: string, delimiter: string): string {
  const isPlain = !text.includes(delimiter) && !/["\r\n]/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** A row as CSV writes it, without its end. */
export function joinFields(fields: readonly string[], delimiter: string): string {
  return fields.map((field) => quoteField(field, delimiter)).join(delimiter);
}
