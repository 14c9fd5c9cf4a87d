/** A row of a sample, with its number from 1 on. */
export interface SampledRow<Row> {
  readonly row: number;
  readonly value: Row;
}

/** Every n-th row, so that there are at most so many; the same ones of lists of the same length. */
export function sampleRows<Row>(rows: readonly Row[], most: number): readonly SampledRow<Row>[] {
  const step = Math.max(1, Math.ceil(rows.length / most));
  return rows
    .map((value, index) => ({ row: index + 1, value }))
    .filter((_row, index) => index % step === 0);
}
