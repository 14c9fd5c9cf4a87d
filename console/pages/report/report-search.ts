/** What of a report is shown. */
export interface ReportSearch {
  /** The column whose details are open. */
  readonly column?: string;
}

export function readReportSearch({ column }: Readonly<Record<string, unknown>>): ReportSearch {
  return typeof column === 'string' ? { column } : {};
}
