import { NotFound } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ProjectFacts } from '../../../events/index.ts';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import { apiBefore, auditOf, facts, problemOf, resources } from '../api.testing.ts';

const datasetUri = 's3://bucket/incoming/abalone/a.csv';
const executionArn = 'arn:aws:states:us-east-1:1:execution:abalone-training:run';

const starting: Answers = {
  HeadObject: () => ({ ContentLength: 7, ETag: '"e"', VersionId: 'v' }),
  StartExecution: () => ({ executionArn }),
};

/** A project that the kit trains. */
const kit: Partial<ProjectFacts> = {
  training: {
    ...facts.training,
    algorithm: 'xgboost',
    algorithms: {
      xgboost: {
        max_depth: { type: 'integer', minimum: 1, maximum: 20 },
        eta: { type: 'number', minimum: 0.1, maximum: 1 },
        free: { type: 'number' },
        booster: { type: 'text', values: ['gbtree', 'dart'] },
        note: { type: 'text' },
      },
      linear: { l1: { type: 'number' } },
    },
  },
};

async function start(body: object, own: Partial<ProjectFacts> = kit, answers: Answers = starting) {
  const api = apiBefore(answers, { facts: own });
  const answer = await api.call('startTraining', {
    body: { modelName: 'abalone', datasetUri, ...body },
  });
  const [started] = api.sent('StartExecution') as { readonly input: string }[];
  return { api, answer, started, input: JSON.parse(started?.input ?? 'null') as unknown };
}

const nothingStarted = (detail: string, ...errors: readonly object[]) => ({
  status: 400,
  kind: 'malformed-request',
  detail,
  errors,
});

describe('a training', () => {
  it('starts an execution on the upload, with the settings that were sent', async () => {
    const { api, answer, started, input } = await start({
      algorithm: 'linear',
      hyperparameters: { l1: 0.5 },
    });
    expect(answer.body).toEqual({
      project: 'abalone',
      workflow: 'training',
      execution: 'run',
      executionArn,
    });
    expect(started).toMatchObject({ stateMachineArn: resources.trainingStateMachineArn });
    expect(input).toEqual({
      eventId: expect.any(String),
      bucket: 'bucket',
      object: { key: 'incoming/abalone/a.csv', size: 7, etag: 'e', 'version-id': 'v' },
      settings: { algorithm: 'linear', hyperparameters: { l1: '0.5' } },
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      {
        project: 'abalone',
        action: 'startTraining',
        subject: datasetUri,
        after: '{"algorithm":"linear","hyperparameters":{"l1":"0.5"}}',
      },
    ]);
  });

  it('without settings has those of the project', async () => {
    expect((await start({})).input).not.toHaveProperty('settings');
  });

  it('is in the list of executions at once', async () => {
    let executions: object[] = [];
    const api = apiBefore({
      ...starting,
      ListExecutions: () => ({ executions }),
      StartExecution: () => {
        executions = [{ name: 'run', executionArn, status: 'RUNNING', startDate: new Date(0) }];
        return { executionArn };
      },
    });
    const count = async () =>
      ((await api.call('listExecutions')).body as { executions: object[] }).executions.length;
    expect(await count()).toBe(0);
    await api.call('startTraining', { body: { modelName: 'abalone', datasetUri } });
    expect(await count()).toBe(1);
  });

  it.each([
    's3://bucket/incoming/other/a.csv',
    's3://other/incoming/abalone/a.csv',
    's3://bucket/runs/abalone/a.csv',
  ])('on %s, which is no upload of the project, is refused', async (uri) => {
    const { answer, api } = await start({ datasetUri: uri });
    expect(problemOf(answer)).toEqual(
      nothingStarted('The request has a mistake; nothing was started.', {
        pointer: '#/datasetUri',
        detail: 'must begin with s3://bucket/incoming/abalone/',
      }),
    );
    expect(api.sent('Invoke')).toEqual([]);
  });

  it('on data that is not there is refused, and the audit says that it did not happen', async () => {
    const { api, answer } = await start({}, kit, {
      HeadObject: () => {
        throw new NotFound({ message: 'NotFound', $metadata: {} });
      },
    });
    expect(problemOf(answer)).toEqual({
      status: 404,
      kind: 'dataset-not-found',
      detail: `There is no ${datasetUri}; nothing was started. Upload the data first, or name another key with --data.`,
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      {},
      { failure: expect.stringContaining('did not happen: Refusal') },
    ]);
  });
});

describe('an algorithm', () => {
  it('that the kit does not have is refused', async () => {
    const { answer } = await start({ algorithm: 'magic' });
    expect(problemOf(answer)).toEqual(
      nothingStarted('The request has a mistake; nothing was started.', {
        pointer: '#/algorithm',
        detail: 'must be one of xgboost, linear',
      }),
    );
  });

  it('of a project with its own scripts is refused', async () => {
    const { answer } = await start({ algorithm: 'linear' }, {});
    expect(problemOf(answer).errors).toEqual([
      {
        pointer: '#/algorithm',
        detail: 'abalone has scripts of its own, which have no algorithms to choose from',
      },
    ]);
  });
});

describe('a hyperparameter', () => {
  const isNot = 'is not one of max_depth, eta, free, booster, note';

  it.each<[string, string | number | boolean, string | undefined]>([
    ['max_depth', 1, undefined],
    ['max_depth', '20', undefined],
    ['max_depth', 0, 'must be at least 1'],
    ['max_depth', 21, 'must be at most 20'],
    ['max_depth', 2.5, 'must be a whole number'],
    ['max_depth', 'x', 'must be a number'],
    ['max_depth', ' ', 'must be a number'],
    ['max_depth', '', 'must be a number'],
    ['max_depth', true, 'must be a number'],
    // Python does not read these as JavaScript does.
    ['max_depth', '0x5', 'must be a number'],
    ['max_depth', '0b1', 'must be a number'],
    ['max_depth', '5\n', 'must be a number'],
    ['max_depth', '5.0', 'must be a whole number'],
    ['max_depth', '1e1', 'must be a whole number'],
    ['eta', '5e-1', undefined],
    ['eta', '.5', undefined],
    ['free', '+1', undefined],
    ['eta', 0.1, undefined],
    ['eta', 1, undefined],
    ['eta', 0.09, 'must be at least 0.1'],
    ['eta', '1.01', 'must be at most 1'],
    ['free', -1e9, undefined],
    ['free', '1e999', 'must be a number'],
    ['booster', 'dart', undefined],
    ['booster', 'gblinear', 'must be gbtree or dart'],
    ['note', 'anything', undefined],
    ['note', 3, undefined],
    ['gamma', 1, isNot],
    ['constructor', 1, isNot],
  ])('%s of %j: %s', async (name, value, detail) => {
    const { answer, input } = await start({ hyperparameters: { [name]: value } });
    if (detail === undefined) {
      expect(input).toMatchObject({ settings: { hyperparameters: { [name]: String(value) } } });
    } else {
      expect(problemOf(answer)).toEqual(
        nothingStarted('Hyperparameters of xgboost have mistakes; nothing was started.', {
          pointer: `#/hyperparameters/${name}`,
          detail,
        }),
      );
    }
  });

  it('is judged by the algorithm that was sent, and all mistakes are named', async () => {
    const { answer } = await start({
      algorithm: 'linear',
      hyperparameters: { l1: 'x', eta: 0.5 },
    });
    expect(problemOf(answer)).toEqual(
      nothingStarted(
        'Hyperparameters of linear have mistakes; nothing was started.',
        { pointer: '#/hyperparameters/l1', detail: 'must be a number' },
        { pointer: '#/hyperparameters/eta', detail: 'is not one of l1' },
      ),
    );
  });

  it('of own scripts may be anything', async () => {
    const { input } = await start({ hyperparameters: { any: true } }, {});
    expect(input).toMatchObject({ settings: { hyperparameters: { any: 'true' } } });
  });
});
