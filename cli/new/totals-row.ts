const TOTAL = /^\W*(grand |sub-?)?(totals?|sum|summe|gesamt|insgesamt|average|mean|count)\W*$/i;

/** Whether a row sums up the others, as spreadsheets end with. */
export function isTotalsRow(fields: readonly string[], header: readonly string[]): boolean {
  const at = fields.findIndex((field) => field !== '');
  const text = fields[at];
  // A category may be called "Total": then it stands where the header does not.
  return text !== undefined && TOTAL.test(text) && header[at] !== text;
}
