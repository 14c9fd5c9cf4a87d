import { expect, it } from 'vitest';
import { shortenReason } from './shorten-reason.ts';

it.each([
  [
    'Threshold Crossed: 3 out of the last 3 datapoints [0.0 (30/11/26 14:32:00), 1.5E-4 (30/11/26 14:31:00), 2.0 (30/11/26 14:30:00)] were not greater than the threshold (5.0).',
    'Threshold Crossed: 3 out of the last 3 datapoints [0.0 (30/11/26 14:32:00) and 2 before] were not greater than the threshold (5.0).',
  ],
  [
    'Threshold Crossed: 1 datapoint [0.0 (30/11/26 14:32:00)] was not greater than the threshold (1.0).',
    'Threshold Crossed: 1 datapoint [0.0 (30/11/26 14:32:00)] was not greater than the threshold (1.0).',
  ],
  [
    'no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    'no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  ],
  ['', ''],
])('shortens %s', (reason, shown) => {
  expect(shortenReason(reason)).toBe(shown);
});
