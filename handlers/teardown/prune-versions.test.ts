import { ConflictException, type SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import type { Outcome } from './answer.ts';
import { isPruning, pruneVersions } from './prune-versions.ts';

const MACHINE = 'arn:aws:states:eu-west-1:1:stateMachine:abalone-training';

/** Fewer than are asked for. */
const PAGE_SIZE = 400;

/** As CloudFormation sends it: numbers are texts. */
const request = (RequestType: string) => ({
  RequestType,
  ResourceType: 'Custom::StepmillVersions',
  ResponseURL: 'https://cloudformation.example/answer',
  StackId: 's',
  RequestId: 'r',
  LogicalResourceId: 'l',
  ResourceProperties: { ServiceToken: 'f', Keep: '2', Versions: [`${MACHINE}:12`] },
});

/** Step Functions with versions of one machine; an alias names the one that cannot be deleted. */
async function prune(
  type: string,
  { versions, held }: { readonly versions: readonly number[]; readonly held?: number },
) {
  const deleted: string[] = [];
  const reports: string[] = [];
  const outcomes: Outcome[] = [];
  const client = {
    async send({
      constructor: { name },
      input,
    }: { readonly input: Record<string, string> } & object) {
      if (name === 'ListStateMachineVersionsCommand') {
        if (versions.length === 0) throw new Error('not authorized');
        // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
        const start = Number(input['nextToken'] ?? 0);
        const end = start + PAGE_SIZE;
        return {
          ...(end < versions.length ? { nextToken: String(end) } : {}),
          stateMachineVersions: versions.slice(start, end).map((number) => ({
            stateMachineVersionArn: `${input['stateMachineArn'] ?? ''}:${number}`,
          })),
        };
      }
      const arn = input['stateMachineVersionArn'] ?? '';
      if (arn === `${MACHINE}:${held}`) {
        throw new ConflictException({ message: 'referenced by an alias', $metadata: {} });
      }
      deleted.push(arn);
      return {};
    },
  } as unknown as SFNClient;
  await pruneVersions(request(type), {
    client,
    report: (message) => void reports.push(message),
    send: async (_, outcome) => void outcomes.push(outcome),
  });
  return { deleted, reports, outcomes };
}

it('deletes the oldest versions by their numbers, in any order of the list', async () => {
  const { deleted, outcomes } = await prune('Update', { versions: [9, 12, 2, 10, 11] });

  expect(deleted).toEqual([10, 9, 2].map((number) => `${MACHINE}:${number}`));
  expect(outcomes).toEqual([{ status: 'SUCCESS' }]);
});

it('deletes all but the newest of as many as a machine may have', async () => {
  const versions = Array.from({ length: 1_000 }, (_, index) => index + 2);

  const { deleted } = await prune('Update', { versions });

  expect(deleted).toHaveLength(998);
  expect(deleted).not.toContain(`${MACHINE}:1000`);
});

it('keeps a version that an alias names, and deletes the others', async () => {
  const { deleted, reports } = await prune('Update', { versions: [12, 11, 3, 2], held: 3 });

  expect(deleted).toEqual([`${MACHINE}:2`]);
  expect(reports).toEqual(['Deleted versions']);
});

it('does nothing when the stack is deleted: a machine takes its versions along', async () => {
  const { deleted, outcomes } = await prune('Delete', { versions: [1, 2, 3] });

  expect([deleted, outcomes]).toEqual([[], [{ status: 'SUCCESS' }]]);
});

it('does not fail the deployment where versions cannot be deleted', async () => {
  const { reports, outcomes } = await prune('Update', { versions: [] });

  expect(outcomes).toEqual([{ status: 'SUCCESS' }]);
  expect(reports).toEqual(['Some versions were not deleted; the next deployment tries again']);
});

it('leaves requests of other custom resources to others', () => {
  expect(isPruning({ ...request('Delete'), ResourceType: 'Custom::StepmillTeardown' })).toBe(false);
  expect(isPruning(request('Delete'))).toBe(true);
});
