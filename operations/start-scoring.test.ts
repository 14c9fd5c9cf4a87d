import type { StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { type ProjectParameter, scoringInputSchema } from '../events/index.ts';
import { scriptedClients } from './scripted-clients.testing.ts';
import { type ScoringRequest, startScoring } from './start-scoring.ts';

const project = {
  bucket: 'b',
  scoring: { stateMachineArn: 'arn:machine' },
} as ProjectParameter & Required<Pick<ProjectParameter, 'scoring'>>;

async function inputOf(request: ScoringRequest) {
  let asked: StartExecutionCommandInput | undefined;
  const clients = scriptedClients({
    StartExecution: (input: StartExecutionCommandInput) => {
      asked = input;
      return { executionArn: 'arn:e' };
    },
  });
  expect(await startScoring(clients, project, request)).toBe('arn:e');
  expect(asked?.stateMachineArn).toBe('arn:machine');
  return scoringInputSchema.strict().parse(JSON.parse(asked?.input ?? ''));
}

it('asks for what was named, and leaves the rest to the workflow', async () => {
  expect(await inputOf({ key: 'k' })).toEqual({
    eventId: expect.any(String) as unknown,
    bucket: 'b',
    object: { key: 'k' },
  });
  const all = { key: 'k', versionId: 'v', modelPackageArn: 'arn:p/3', explain: false, name: 'n' };
  expect(await inputOf(all)).toEqual({
    eventId: 'n',
    bucket: 'b',
    object: { key: 'k', 'version-id': 'v' },
    modelPackageArn: 'arn:p/3',
    explain: false,
  });
});
