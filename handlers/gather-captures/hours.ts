const HOUR = 3_600_000;
/** Up to so many hours are listed one by one, more of them day by day. */
const MAXIMUM_HOURS = 48;

/** The folders that hold the files of some hours, and which of these files they are. */
export interface Hours {
  /** `2026/11/30/10/`, or `2026/11/30/` */
  readonly folders: readonly string[];
  /** Whether a path below the prefix, `2026/11/30/10/…`, is of one of the hours. */
  readonly includes: (path: string) => boolean;
}

/** The hours from one time to another, both included; UTC, as SageMaker names its folders. */
export function listHours(startMs: number, endMs: number): Hours {
  const first = Math.floor(startMs / HOUR) * HOUR;
  const count = Math.floor(endMs / HOUR) - first / HOUR + 1;
  const hours = Array.from({ length: Math.max(0, count) }, (_, index) => first + index * HOUR);
  const names = hours.map((hour) => nameHour(hour));
  const wanted = new Set(names);
  const folders =
    count <= MAXIMUM_HOURS ? names : [...new Set(names.map((name) => name.slice(0, 11)))];
  return { folders, includes: (path) => wanted.has(path.slice(0, 14)) };
}

/** `2026/11/30/10/` */
function nameHour(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')}/`;
}
