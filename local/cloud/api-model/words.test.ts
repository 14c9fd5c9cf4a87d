import { expect, it } from 'vitest';
import { readFacts } from './facts.ts';
import { printValue } from './words.ts';

const [facts] = readFacts('sqs');

it('prints a refused list no further than 10,000 values', () => {
  // A request that is refused must not cost its size once more for every rule it breaks.
  if (facts === undefined) throw new Error('SQS has no facts.');
  const entries = Array.from({ length: 90_000 }, (_, index) => ({ Id: `i${index}` }));

  const printed = printValue(facts, 'SendMessageBatchRequestEntryList', entries);
  const short = printValue(facts, 'TagKeyList', ['a', 'b']);

  expect(printed.startsWith('[SendMessageBatchRequestEntry(id=i0, ')).toBe(true);
  expect(printed.endsWith(', …]')).toBe(true);
  expect(printed.split('SendMessageBatchRequestEntry(').length).toBeLessThan(10_000);
  expect(short).toBe('[a, b]');
});
