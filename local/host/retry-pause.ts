/** How long to wait before further attempts, in milliseconds. */
export interface RetryPauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The pause after so many former failures: it doubles with each, up to the longest. */
export function retryPauseMs(failures: number, { firstMs, longestMs }: RetryPauses): number {
  return Math.min(firstMs * 2 ** failures, longestMs);
}
