import { expect, it } from 'vitest';
import { putEntry } from './put-entry.ts';

const entry = {
  project: 'abalone',
  auditId: '2026-11-29T19:35:00.000Z#5d1f3c0a',
  at: '2026-11-29T19:35:00.000Z',
  who: { sub: 's', name: 'ada', client: 'c' },
  action: 'approveModel',
  subject: 'abalone:3',
  requestId: 'r',
};

it('writes an entry where there is none, for a year', async () => {
  const sent: unknown[] = [];
  const dynamodb = {
    send: async ({ input }: { readonly input: unknown }) => {
      sent.push(input);
    },
  };

  await putEntry(dynamodb as never, 'audit', entry, Date.parse('2026-11-29T19:35:00.999Z'));

  expect(sent).toEqual([
    {
      TableName: 'audit',
      Item: {
        project: { S: 'abalone' },
        auditId: { S: entry.auditId },
        entry: { S: JSON.stringify(entry) },
        // 2027-11-30T19:35:00Z
        expires: { N: '1827603300' },
      },
      ConditionExpression: 'attribute_not_exists(auditId)',
    },
  ]);
});
