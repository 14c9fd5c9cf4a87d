import { expect, it } from 'vitest';
import type { RetrainingDecision } from '../events/index.ts';
import { listRetrainingDecisions } from './retraining-decisions.ts';
import { scriptedClients } from './scripted-clients.testing.ts';

const decision: RetrainingDecision = {
  version: 1,
  decision: 'a',
  outcome: 'Cooling down',
  reason: 'The last training was an hour ago.',
  trigger: 'request',
  decidedAt: '2026-11-30T12:00:00Z',
  execution: 'arn:execution',
  modelPackage: 'arn:package',
};

it('a decision that cannot be read hides no other', async () => {
  const records: Record<string, string> = {
    newest: JSON.stringify({ ...decision, verdict: {} }),
    cut: JSON.stringify(decision).slice(0, 20),
    oldest: JSON.stringify(decision),
  };
  const clients = scriptedClients({
    ListObjectsV2: () => ({ Contents: Object.keys(records).map((Key) => ({ Key })) }),
    GetObject: ({ Key }: { readonly Key: string }) => ({
      Body: { transformToString: async () => records[Key] },
    }),
  });
  const retraining = { stateMachineArn: 'arn:machine', decisionsPrefix: 'monitoring/' } as never;

  const listed = await listRetrainingDecisions(clients, { bucket: 'data', retraining }, 10);

  expect(listed).toEqual([decision]);
});
