/** Whose windows are shown. */
export interface MonitoringSearch {
  /** @default the first project */
  readonly project?: string;
}

export function readMonitoringSearch({
  project,
}: Readonly<Record<string, unknown>>): MonitoringSearch {
  return typeof project === 'string' ? { project } : {};
}
