import type { TimestampFormat } from '../shape.ts';

/** Parses every AWS format: epoch seconds (number or digits), ISO 8601, HTTP date. */
export function parseTimestamp(value: number | string): Date | undefined {
  const isSeconds = typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(value);
  const date = isSeconds ? new Date(Math.round(Number(value) * 1000)) : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A number for epoch seconds, otherwise text. */
export function renderTimestamp(
  value: unknown,
  format: Exclude<TimestampFormat, 'default'>,
): number | string {
  const date = value instanceof Date ? value : new Date(value as number | string);
  if (format === 'epoch-seconds') return date.getTime() / 1000;
  return format === 'http-date' ? date.toUTCString() : date.toISOString();
}
