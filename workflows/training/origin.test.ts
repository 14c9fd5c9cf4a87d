import { beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { checkPackageFields, runWorkflow } from '../../infra/simulation/index.ts';
import {
  createStack,
  readDefinition,
  sharedDefinition,
} from '../../infra/testing/project-stack.testing.ts';
import {
  retrainedAbalone,
  retrainedDefinition,
  retrainedFolders,
} from '../../infra/testing/watched-project.testing.ts';
import { trainingWorld } from '../../infra/testing/worlds.testing.ts';

let manual: string;
let automatic: string;
let ofFolders: string;

beforeAll(() => {
  manual = retrainedDefinition('Training');
  const project = defineProject({
    ...(retrainedAbalone as ProjectInput),
    retraining: { triggers: ['labels'], approval: 'automatic' },
  });
  ofFolders = sharedDefinition(retrainedFolders, 'Training');
  automatic = readDefinition(createStack(project).stack, 'Training');
}, 120_000);

interface Origin {
  readonly definition: string;
  readonly key: string;
  /** The dataset that the decision noted; the uploaded one unless it says so. */
  readonly noted?: string;
}

/** Trains on an upload, and reads what was registered. */
function train({ definition, key, noted }: Origin) {
  const world = trainingWorld(definition);
  let id = '';
  const run = runWorkflow({
    definition,
    input: {
      eventId: 'e',
      bucket: 'bucket',
      object: { key, size: 10, etag: 'e', 'version-id': 'v1' },
    },
    answer: (state, request) => {
      if (state === 'Claim dataset') {
        const { claim } = request['Item'] as { readonly claim: { readonly S: string } };
        id = claim.S.slice('dataset#'.length);
      }
      if (state === 'Close folder') return { Payload: CLOSED };
      if (state !== 'Look up retraining') return world.answer(state, request);
      const { claim } = request['Key'] as { readonly claim: { readonly S: string } };
      if (claim.S !== 'retraining#20261120T000000Z-aa') return {};
      return {
        Item: {
          datasetId: { S: noted ?? id },
          trigger: { S: 'drift' },
          reason: { S: '250 labelled rows are new; drift of length (1 %).' },
          labelledUntil: { S: '2026-11-20T00:00:00.000Z' },
        },
      };
    },
  });
  const registered = run.tasks.find(({ state }) => state === 'Register model')?.arguments as {
    readonly ModelApprovalStatus: string;
    readonly CustomerMetadataProperties: Readonly<Record<string, string>>;
  };
  checkPackageFields({ ...registered });
  return registered;
}

const decided = 'incoming/abalone/retraining/20261120T000000Z-aa.csv';

const FOLDER = 'incoming/abalone/retraining-20261120T000000Z-aa/';
const CLOSED = { outcome: 'closed', id: 'f'.repeat(32), folder: FOLDER, files: 1 };

describe('a model whose training a decision started', () => {
  it('says so, and waits for people', () => {
    const { ModelApprovalStatus: status, CustomerMetadataProperties: notes } = train({
      definition: manual,
      key: decided,
    });

    expect(status).toBe('PendingManualApproval');
    expect(notes).toMatchObject({
      startedBy: 'retraining',
      retrainingTrigger: 'drift',
      retrainingDecision: '20261120T000000Z-aa',
      labelledUntil: '2026-11-20T00:00:00.000Z',
    });
    expect(notes['retrainingReason']).toContain('250 labelled rows are new');
  });

  it.each([
    [CLOSED.id, 'retraining'],
    ['e'.repeat(32), undefined],
  ])('says so of a folder with the noted id (%s)', (noted, startedBy) => {
    const { CustomerMetadataProperties: notes } = train({
      definition: ofFolders,
      key: `${FOLDER}_SUCCESS`,
      noted,
    });

    expect(notes['startedBy']).toBe(startedBy);
  });

  it('goes live by itself where the project says so', () => {
    expect(train({ definition: automatic, key: decided }).ModelApprovalStatus).toBe('Approved');
  });

  it('is another one than a model of an upload, also below the same prefix', () => {
    for (const origin of [
      { key: 'incoming/abalone/a.csv' },
      { key: 'incoming/abalone/retraining/mine.csv' },
      // A person has put another file in the place of the decision's.
      { key: decided, noted: 'another' },
    ]) {
      const { ModelApprovalStatus: status, CustomerMetadataProperties: notes } = train({
        definition: automatic,
        ...origin,
      });

      expect(status).toBe('PendingManualApproval');
      expect(notes).not.toHaveProperty('startedBy');
    }
  });
});
