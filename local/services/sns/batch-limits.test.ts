import { beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { createSnsService } from './index.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const TopicArn = 'arn:aws:sns:us-east-1:000000000000:t';

let cloud: Cloud;

beforeEach(async () => {
  cloud = createTestCloud([createSnsService]);
  await cloud.call(ACCOUNT, 'sns', 'CreateTopic', { Name: 't' });
});

/** How many were published, or the code of the error. */
async function publish(entries: readonly object[]): Promise<number | string> {
  const input = { TopicArn, PublishBatchRequestEntries: entries };
  try {
    const { Successful } = await cloud.call<{ readonly Successful: readonly object[] }>(
      ACCOUNT,
      'sns',
      'PublishBatch',
      input,
    );
    return Successful.length;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

const entry = (Id: string, length = 1, more: object = {}) => ({
  Id,
  Message: 'x'.repeat(length),
  ...more,
});
const attribute = (name: string, type: string, value: object) => ({
  MessageAttributes: { [name]: { DataType: type, ...value } },
});

// https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
describe('a batch', () => {
  it('holds ten entries at most, and one at least', async () => {
    const many = Array.from({ length: 11 }, (_, index) => entry(`e${index}`));
    expect(await publish(many.slice(0, 10))).toBe(10);
    expect(await publish(many)).toBe('TooManyEntriesInBatchRequest');
    expect(await publish([])).toBe('EmptyBatchRequest');
  });

  it.each([
    ['a'.repeat(80), 1],
    ['a'.repeat(81), 'InvalidBatchEntryId'],
    ['A_b-9', 1],
    ['a b', 'InvalidBatchEntryId'],
    ['ä', 'InvalidBatchEntryId'],
    ['', 'InvalidBatchEntryId'],
  ])('takes or refuses the id %s', async (id, expected) => {
    expect(await publish([entry(id)])).toBe(expected);
  });

  it('has an id for each entry', async () => {
    expect(await publish([entry('a'), entry('b')])).toBe(2);
    expect(await publish([entry('a'), entry('a')])).toBe('BatchEntryIdsNotDistinct');
  });

  it.each([
    ['messages', [entry('a', 131_072), entry('b', 131_072)], 2],
    ['messages', [entry('a', 131_072), entry('b', 131_073)], 'BatchRequestTooLong'],
    // The name, the type and the value of an attribute count: 1 + 6 + 5 bytes.
    [
      'attributes',
      [
        entry('a', 131_072),
        entry('b', 131_060, attribute('n', 'String', { StringValue: 'value' })),
      ],
      2,
    ],
    [
      'attributes',
      [
        entry('a', 131_072),
        entry('b', 131_061, attribute('n', 'String', { StringValue: 'value' })),
      ],
      'BatchRequestTooLong',
    ],
    [
      'attributes of bytes',
      [
        entry('a', 131_072),
        entry('b', 131_061, attribute('n', 'Binary', { BinaryValue: Buffer.alloc(5) })),
      ],
      'BatchRequestTooLong',
    ],
  ] as const)('holds 256 KiB of %s', async (_name, entries, expected) => {
    expect(await publish(entries)).toBe(expected);
  });
});
