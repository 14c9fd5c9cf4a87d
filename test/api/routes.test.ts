import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import { abalone as abaloneProject } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { until } from '../slice/until.ts';
import { describeAccess } from './access.testing.ts';
import { type ApiRuntime, startApi } from './api-runtime.ts';
import { createAsk } from './ask.testing.ts';
import { kindOf, personIn, problemOf } from './call-api.ts';
import { describeExamples } from './examples.testing.ts';
import { describeSecondModel } from './second-model.testing.ts';
import { describeUploads } from './uploads.testing.ts';
import { describeWatching, type Watched } from './watching.testing.ts';

const ROWS = 1_200;
const record = {
  sex: 'M',
  length: 0.455,
  diameter: 0.365,
  height: 0.095,
  whole_weight: 0.514,
  shucked_weight: 0.2245,
  viscera_weight: 0.101,
  shell_weight: 0.15,
};

const operator = personIn('olga', 'operator');
const approver = personIn('ada', 'approver');
const viewer = personIn('vera', 'viewer');

/** Everyone may ask its model, and rollouts are short. */
const openProject: Project = defineProject({
  ...(abaloneProject as ProjectInput),
  publicPredict: true,
  scoring: {},
  monitoring: { schedule: { expression: 'rate(30 days)' }, windowHours: 12 },
  serving: {
    ...abaloneProject.serving,
    rollout: { type: 'all-at-once', bakeSeconds: 60, executionTimeoutSeconds: 3_600 },
  },
});

let api: ApiRuntime;
/** Of the upload that was trained on. */
let dataset: string;
let execution: string;
/** The training that was stopped. */
let stoppedTraining: string;
const watched: Watched = { scoring: '', report: '' };

const ask = createAsk(() => api, viewer);

const abalone = { project: 'abalone' };

beforeAll(async () => {
  api = await startApi(openProject);
  const { slice } = api;
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
});

afterAll(() => api?.close());

describe('data', () => {
  it('lists an upload with what became of it', async () => {
    const { body } = await ask('listDatasets', { path: abalone });
    const [first] = (body as { datasets: { dataset: string; execution: string }[] }).datasets;
    expect(first).toMatchObject({ name: 'abalone.csv', state: 'registered', model: 'abalone:1' });
    dataset = first?.dataset ?? '';
    execution = first?.execution ?? '';
  });

  it('profiles its columns, and shows its first rows', async () => {
    const path = { ...abalone, dataset };
    const { body } = await ask('getDataset', { path });
    const preview = await ask('previewDataset', { path, query: { rows: '2' } });
    expect(body).toMatchObject({ profile: { rows: ROWS }, models: ['abalone:1'] });
    expect((body as { refusal?: unknown }).refusal).toBeUndefined();
    expect(preview.body).toMatchObject({ rows: [{ line: 1 }, { line: 2 }], isCutShort: true });
  });

  it('names an upload that is not there', async () => {
    const path = { ...abalone, dataset: '0'.repeat(32) };
    expect(kindOf(await ask('getDataset', { path }))).toBe('dataset-not-found');
    expect(kindOf(await ask('previewDataset', { path }))).toBe('dataset-not-found');
  });

  it('gives a form for an upload, which S3 takes, and shows what is refused in it with its places', async () => {
    const bad = generateAbaloneSample(2, ROWS).replace(/\n[FIM],/, '\nQ,');
    const { body } = await ask('createUpload', {
      path: abalone,
      person: operator,
      body: { fileName: 'bad.csv', sizeBytes: Buffer.byteLength(bad) },
    });
    const { url, fields } = body as { url: string; fields: Record<string, string> };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([bad]));
    const posted = await fetch(url, { method: 'POST', body: form });
    expect(posted.status).toBe(204);

    const refused = await until('The refusal', async () => {
      const listed = await ask('listDatasets', { path: abalone, query: { name: 'bad' } });
      const [first] = (listed.body as { datasets: { state: string; dataset: string }[] }).datasets;
      return first?.state === 'refused' ? first : undefined;
    });
    const path = { ...abalone, dataset: refused.dataset };
    const detail = await ask('getDataset', { path });
    const preview = await ask('previewDataset', { path });
    expect((detail.body as { refusal: { problems: unknown[] } }).refusal.problems).toEqual([
      {
        rule: expect.any(String),
        count: 1,
        examples: ['line 2, column sex: "Q" is none of F, I, M'],
      },
    ]);
    expect(preview.body).toMatchObject({ marks: [{ line: 2, column: 'sex' }] });
  });
});

/** Of the training of the upload. */
const path = () => ({ ...abalone, workflow: 'training', execution });

/** Starts a training with parts of a request. */
const start = (body: object) =>
  ask('startTraining', { person: operator, body: { modelName: 'abalone', ...body } });

describe('an execution', () => {
  it('is listed, and given with its definition and its events', async () => {
    const listed = await ask('listExecutions', { path: abalone });
    const one = await ask('getExecution', { path: path() });
    const all = await ask('listEvents', { path: path() });
    const { events } = all.body as { events: { id: number }[] };
    const last = events.at(-1)?.id ?? 0;
    const fresh = await ask('listEvents', { path: path(), query: { after: String(last - 2) } });
    expect((listed.body as { executions: unknown[] }).executions).toContainEqual(
      expect.objectContaining({ execution, outcome: 'Registered' }),
    );
    expect(one.body).toMatchObject({
      definition: { QueryLanguage: 'JSONata' },
      isRedrivable: false,
    });
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1));
    expect((fresh.body as { events: { id: number }[] }).events.map(({ id }) => id)).toEqual([
      last - 1,
      last,
    ]);
  });

  it('gives its events in pages', async () => {
    const first = await ask('listEvents', { path: path(), query: { pageSize: '3' } });
    const { nextPageToken = '' } = first.body as { nextPageToken?: string };
    const second = await ask('listEvents', {
      path: path(),
      query: { pageSize: '3', pageToken: nextPageToken },
    });
    expect(second.body).toMatchObject({ events: [{ id: 4 }, { id: 5 }, { id: 6 }] });
  });

  it('that has ended is neither stopped nor redriven', async () => {
    const body = {};
    const stopped = await ask('stopExecution', { path: path(), person: operator, body });
    const redriven = await ask('redriveExecution', { path: path(), person: operator, body });
    expect([kindOf(stopped), kindOf(redriven)]).toEqual(['not-running', 'not-redrivable']);
  });

  it('is named where it is not there, and so is a job of another project', async () => {
    const none = await ask('getExecution', { path: { ...path(), execution: 'nothing' } });
    const job = await ask('listJobLogs', { path: { ...abalone, job: 'titanic-train-1' } });
    expect([kindOf(none), kindOf(job)]).toEqual(['execution-not-found', 'job-not-found']);
  });

  it('has jobs whose logs are given in pages', async () => {
    const { body } = await ask('getModel', { path: { version: 'abalone:1' } });
    const { trainingJob } = (body as { lineage: { trainingJob: string } }).lineage;
    const logs = await ask('listJobLogs', {
      path: { ...abalone, job: trainingJob },
      query: { pageSize: '2' },
    });
    const { lines, nextPageToken } = logs.body as { lines: unknown[]; nextPageToken?: string };
    expect(lines).toHaveLength(2);
    expect(nextPageToken).toBeDefined();
  });

  it('is started with other settings, once for one idempotency key, and stopped', async () => {
    const listed = await ask('listDatasets', { path: abalone, query: { name: 'abalone.csv' } });
    const [{ uri }] = (listed.body as { datasets: [{ uri: string }] }).datasets;
    const request = {
      person: operator,
      headers: { 'idempotency-key': 'start-1-twice' },
      body: { modelName: 'abalone', datasetUri: uri, hyperparameters: { max_depth: 4 } },
    };
    const [first, second] = [
      await ask('startTraining', request),
      await ask('startTraining', request),
    ];
    const { execution: started } = first.body as { execution: string };
    stoppedTraining = started;
    const stopped = await ask('stopExecution', {
      path: { ...path(), execution: started },
      person: operator,
      body: { reason: 'Enough' },
    });
    expect(second.body).toEqual(first.body);
    expect(stopped.body).toMatchObject({ status: 'ABORTED' });
  });

  it('is not started on data elsewhere, nor with settings that the algorithm does not take', async () => {
    const prefix = `s3://${api.slice.project.bucket}/incoming/abalone/`;
    const answers = [
      await start({ datasetUri: 's3://other-bucket/incoming/abalone/a.csv' }),
      await start({ datasetUri: `${prefix}none.csv` }),
      await start({ datasetUri: `${prefix}abalone.csv`, algorithm: 'prophet' }),
      await start({ datasetUri: `${prefix}abalone.csv`, hyperparameters: { max_depth: 0 } }),
    ].map(problemOf);
    expect(answers.map(({ status, errors }) => [status, errors?.[0]?.pointer])).toEqual([
      [400, '#/datasetUri'],
      [404, undefined],
      [400, '#/algorithm'],
      [400, '#/hyperparameters/max_depth'],
    ]);
  });
});

const first = { version: 'abalone:1' };

/** Decides on the first version as some person. */
const decide = (id: 'approveModel' | 'rejectModel', name: string) =>
  ask(id, { path: first, person: personIn(name, 'approver'), body: { reason: 'Looked at it' } });

describe('a model', () => {
  const path = first;

  it('is listed, given with its lineage, and compared', async () => {
    const listed = await ask('listModels', {});
    const one = await ask('getModel', { path });
    const compared = await ask('compareModels', {
      query: { one: 'abalone:1', other: 'abalone:1' },
    });
    expect((listed.body as { models: unknown[] }).models).toEqual([
      expect.objectContaining({
        version: 'abalone:1',
        status: 'PendingManualApproval',
        isLive: false,
      }),
    ]);
    expect(one.body).toMatchObject({ lineage: { dataset, trainingExecution: execution } });
    expect(compared.body).toMatchObject({ settings: [], isSameData: true });
  });

  it('answers no question before one is live', async () => {
    const answer = await ask('predict', { body: { modelName: 'abalone', records: [record] } });
    expect(kindOf(answer)).toBe('no-live-model');
  });

  it('is decided on by one of two people in the same moment', async () => {
    const answers = await Promise.all([
      decide('approveModel', 'ada'),
      decide('rejectModel', 'bob'),
    ]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 409,
    ]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost && kindOf(lost)).toBe('decided-by-another');
    const won = answers.find(({ status }) => status === 200)?.body as
      | { status: string; auditId: string; decision: string }
      | undefined;
    const { body } = await ask('listAudit', { path: abalone, query: { subject: 'abalone:1' } });
    expect((body as { entries: unknown[] }).entries).toEqual([
      expect.objectContaining({
        auditId: won?.auditId,
        before: 'PendingManualApproval',
        after: won?.status,
        who: expect.objectContaining({ name: won?.decision.split(':')[0] }),
      }),
    ]);
  });

  it('is approved once for one idempotency key, by a person who has seen the last decision', async () => {
    const { body } = await ask('getModel', { path });
    const { revision, status } = body as { revision: string; status: string };
    const id = status === 'Approved' ? 'rejectModel' : 'approveModel';
    const request = {
      path,
      person: approver,
      headers: { 'idempotency-key': 'decide-1-twice' },
      body: { reason: 'Seen', revision },
    };
    const [first, again] = [await ask(id, request), await ask(id, request)];
    const other = await ask(id, { ...request, body: { reason: 'Other', revision } });
    const stale = await ask(id, { path, person: approver, body: { reason: 'Late', revision } });
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({ before: status, decision: 'ada: Seen' });
    expect([kindOf(other), kindOf(stale)]).toEqual(['key-reused', 'decided-by-another']);
  });

  it('is named where it is not there', async () => {
    const answers = [
      await ask('getModel', { path: { version: 'abalone:99' } }),
      await ask('approveModel', { path: { version: 'loans:1' }, person: approver, body: {} }),
    ];
    expect(answers.map(kindOf)).toEqual(['version-not-found', 'project-not-found']);
  });
});

describeUploads(() => api, operator);

describe('a live model', () => {
  beforeAll(async () => {
    const path = { version: 'abalone:1' };
    const { body } = await ask('getModel', { path });
    const { revision, status } = body as { revision: string; status: string };
    if (status !== 'Approved') {
      const approved = await ask('approveModel', { path, person: approver, body: { revision } });
      expect(approved.body).toMatchObject({ status: 'Approved' });
    }
    await api.settled(1);
  });

  it('answers named fields with a prediction, its confidence and its factors', async () => {
    const body = { modelName: 'abalone', records: [record, { ...record, sex: 'F' }] };
    const answer = await ask('predict', { body });
    expect(answer.body).toMatchObject({
      model: 'abalone:1',
      predictions: [
        { confidence: { level: expect.any(String) }, riskFactors: expect.any(Array) },
        { inferenceId: expect.stringMatching(/\.2$/) },
      ],
    });
  });

  it('is shown with its traffic, alarms, capacity and history', async () => {
    const { body } = await ask('getEndpoint', { path: abalone });
    const { body: overview } = await ask('getOverview', {});
    expect(body).toMatchObject({
      fleets: [{ model: 'abalone:1', percent: 100 }],
      capacity: { minimumInstances: 1 },
    });
    expect(overview).toMatchObject({ projects: [{ live: 'abalone:1' }] });
  });

  it('has no trial, and nothing to go back to', async () => {
    const body = { reason: 'Because' };
    const trial = await ask('getTrial', { path: abalone });
    const promoted = await ask('promoteTrial', { path: abalone, person: approver, body });
    const withdrawn = await ask('withdrawTrial', { path: abalone, person: approver, body });
    const rolledBack = await ask('rollBack', { path: abalone, person: approver, body });
    expect(trial.body).toEqual({ trial: null });
    expect([promoted, withdrawn, rolledBack].map(kindOf)).toEqual([
      'no-trial',
      'no-trial',
      'nothing-to-go-back-to',
    ]);
  });

  it('of a project that is open is asked without sign-in, and nothing else is', async () => {
    const open = { path: abalone, person: undefined };
    const asked = await ask('predictPublicly', { ...open, body: { records: [record] } });
    const form = await ask('getPublicForm', open);
    const other = await ask('getPublicForm', { ...open, path: { project: 'titanic' } });
    expect((asked.body as { predictions: unknown[] }).predictions).toHaveLength(1);
    expect((form.body as { columns: unknown[] }).columns).toHaveLength(8);
    expect(kindOf(other)).toBe('project-not-found');
  });
});

describeWatching(ask, watched);

describe('the audit', () => {
  it('says who changed what, before and after, and keeps what did not happen apart', async () => {
    const { body } = await ask('listAudit', { path: abalone, query: { pageSize: '100' } });
    const { entries } = body as { entries: { action: string; failure?: string }[] };
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['createUpload', 'startTraining', 'stopExecution', 'approveModel']),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({
        who: { sub: expect.any(String), name: 'ada', client: api.config.clientId },
        after: expect.stringMatching(/Approved|Rejected/),
      }),
    );
  });

  it('is given in pages', async () => {
    const first = await ask('listAudit', { path: abalone, query: { pageSize: '1' } });
    const { nextPageToken = '', entries } = first.body as {
      nextPageToken?: string;
      entries: [{ auditId: string }];
    };
    const second = await ask('listAudit', {
      path: abalone,
      query: { pageSize: '1', pageToken: nextPageToken },
    });
    const [next] = (second.body as { entries: [{ auditId: string }] }).entries;
    expect(next.auditId < entries[0].auditId).toBe(true);
  });
});

it('pages that another route has given are refused by name', async () => {
  const query = { pageToken: Buffer.from('[]').toString('base64url') };
  for (const id of ['listDatasets', 'listExecutions', 'listAudit'] as const) {
    expect(kindOf(await ask(id, { path: abalone, query }))).toBe('malformed-request');
  }
  expect(kindOf(await ask('listModels', { query }))).toBe('malformed-request');
});

it('projects are given with the columns of a record', async () => {
  const all = await ask('listProjects', {});
  const one = await ask('getProjectSchema', { path: abalone });
  expect(all.body).toMatchObject({ projects: [{ project: 'abalone' }] });
  expect((one.body as { recordColumns: string[] }).recordColumns).not.toContain('rings');
});

describeSecondModel(
  ask,
  () => stoppedTraining,
  (version) => api.settled(version),
);

describeAccess(() => api);

describeExamples(
  () => api,
  () => ({
    'abalone:2': 'abalone:1',
    'abalone:3': 'abalone:2',
    'abalone%3A2': 'abalone%3A1',
    'abalone%3A3': 'abalone%3A2',
    '0f1e2d3c4b5a69788796a5b4c3d2e1f0': dataset,
    '5d1f3c0a-upload': execution,
    'abalone-train-5d1f3c0a': 'abalone-train-0',
    '7c2d4e1f-scoring': watched.scoring,
    '3f0c9a52-monitoring': watched.report,
    'stepmill-dev-abalone-storagebucket': api.slice.project.bucket,
  }),
);
