/**
 * Says that a row has another number of fields than it should, and what may be the reason.
 *
 * @param expected how many it should have: `8, or 9 with the label`
 */
export function describeFieldCount(fields: number, expected: string, delimiter: string): string {
  const found = fields === 1 ? '1 field' : `${fields} fields`;
  const mark = delimiter === '\t' ? 'a tab' : JSON.stringify(delimiter);
  const hint =
    fields === 1 ? `; the project separates fields by ${mark}: see dataset.delimiter` : '';
  return `${found}, expected ${expected}${hint}`;
}
