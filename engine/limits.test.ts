import { expect, it } from 'vitest';
import * as limits from './limits.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
it.each([
  ['256 KiB of input or output', limits.MAXIMUM_PAYLOAD_BYTES, 262_144],
  ['10 MiB of variables', limits.MAXIMUM_VARIABLES_BYTES, 10_485_760],
  ['25,000 events of a history', limits.MAXIMUM_HISTORY_EVENTS, 25_000],
  ['5 minutes of an Express execution', limits.MAXIMUM_EXPRESS_SECONDS, 5 * 60],
  ['a year of a Standard execution', limits.MAXIMUM_STANDARD_SECONDS, 365 * 24 * 60 * 60],
  ['40 iterations of an inline Map at once', limits.MAXIMUM_INLINE_ITERATIONS, 40],
  ['99,999,999 seconds in a field', limits.MAXIMUM_FIELD_SECONDS, 99_999_999],
])('Step Functions allows %s', (_name, limit, allowed) => {
  expect(limit).toBe(allowed);
});
