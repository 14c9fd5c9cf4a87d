/** The cells of a line, each with its own quotes; a line break within quotes is not supported by AWS either. */
export function cellsOf(line: string): readonly string[] {
  const row = line.endsWith('\r') ? line.slice(0, -1) : line;
  return row.includes('"') ? quotedCells(row) : row.split(',');
}

function quotedCells(row: string): readonly string[] {
  const cells: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < row.length; at += 1) {
    const character = row[at];
    if (character === '"') isQuoted = !isQuoted;
    if (character !== ',' || isQuoted) continue;
    cells.push(row.slice(start, at));
    start = at + 1;
  }
  return [...cells, row.slice(start)];
}

/** A selected cell or list of cells as a row. */
export function columns(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
