/**
 * The usual case, much faster than a parser for each line: whole fields are in quotes, or no part of a
 * field is. Returns undefined for all other lines.
 */
export function splitQuotedRow(line: string, delimiter: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = line.charAt(at) === '"';
    const end = isQuoted ? endOfQuoted(line, at) : endOfPlain(line, at, delimiter);
    if (end === undefined || (end < line.length && line.charAt(end) !== delimiter)) {
      return undefined;
    }
    const field = isQuoted ? line.slice(at + 1, end - 1) : line.slice(at, end);
    if (!isQuoted && field.includes('"')) return undefined;
    fields.push(isQuoted && field.includes('"') ? field.replaceAll('""', '"') : field);
    if (end === line.length) return fields;
    at = end + 1;
  }
}

/** The position after the closing quote; undefined if there is none. */
function endOfQuoted(line: string, begin: number): number | undefined {
  let at = line.indexOf('"', begin + 1);
  while (at >= 0 && line.charAt(at + 1) === '"') at = line.indexOf('"', at + 2);
  return at < 0 ? undefined : at + 1;
}

function endOfPlain(line: string, begin: number, delimiter: string): number {
  const at = line.indexOf(delimiter, begin);
  return at < 0 ? line.length : at;
}
