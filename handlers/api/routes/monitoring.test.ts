import { describe, expect, it } from 'vitest';
import { routes } from '../../../api/index.ts';
import type { ProjectFacts } from '../../../events/index.ts';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import {
  apiBefore,
  auditOf,
  awsError,
  NOW,
  packageArn,
  problemOf,
  resources,
  stored,
} from '../api.testing.ts';

const machine = 'arn:aws:states:us-east-1:1:stateMachine:abalone-monitoring';
const executionArn = 'arn:aws:states:us-east-1:1:execution:abalone-monitoring:run';
const retraining = 'arn:aws:states:us-east-1:1:stateMachine:abalone-retraining';
const settings = {
  schedule: 'rate(1 day)',
  windowHours: 24,
  labelHours: 168,
  drift: { minimumRows: 200, minimumEffect: 0.1, significance: 0.05 },
  alarm: { drifted: 2, windows: 3 },
};
const facts: { readonly facts: Partial<ProjectFacts> } = { facts: { monitoring: settings } };

/** A project that is monitored, and retrained automatically. */
const monitored: Answers = {
  GetParameter: () => ({
    Parameter: {
      Value: JSON.stringify({
        ...resources,
        monitoring: {
          stateMachineArn: machine,
          labelsPrefix: 'labels/abalone/',
          reportsPrefix: 'monitoring/abalone/',
        },
        retraining: {
          stateMachineArn: retraining,
          labelsPrefix: 'labels/abalone/',
          decisionsPrefix: 'monitoring/abalone/retraining/',
        },
      }),
    },
  }),
};

describe('how a project is monitored', () => {
  it('is given with its alarms', async () => {
    const api = apiBefore(
      {
        ...monitored,
        DescribeAlarms: () => ({
          MetricAlarms: [
            {
              AlarmName: 'abalone-drift',
              StateValue: 'ALARM',
              StateReason: 'Because',
              StateUpdatedTimestamp: new Date(NOW),
            },
            { AlarmName: 'abalone-quality', StateValue: 'OK' },
          ],
        }),
      },
      facts,
    );
    expect((await api.call('getMonitoring')).body).toEqual({
      project: 'abalone',
      settings,
      alarms: [
        {
          name: 'abalone-drift',
          state: 'ALARM',
          reason: 'Because',
          since: '2026-11-29T20:00:00.000Z',
        },
        { name: 'abalone-quality', state: 'OK', reason: '' },
      ],
    });
    expect(api.sent('DescribeAlarms')).toEqual([
      { AlarmNames: ['abalone-drift', 'abalone-quality'] },
    ]);
  });

  it('of one that is not says so, and asks for no alarm', async () => {
    const api = apiBefore();
    expect((await api.call('getMonitoring')).body).toEqual({
      project: 'abalone',
      settings: null,
      alarms: [],
    });
    expect(api.sent('DescribeAlarms')).toEqual([]);
  });
});

const start = async (body: object, answers: Answers = {}) => {
  const api = apiBefore(
    { ...monitored, StartExecution: () => ({ executionArn }), ...answers },
    facts,
  );
  const answer = await api.call('startMonitoring', { body });
  const [started] = api.sent('StartExecution') as { readonly input: string }[];
  return { api, answer, started, input: JSON.parse(started?.input ?? 'null') as unknown };
};

describe('a window', () => {
  it('is judged', async () => {
    const { api, answer, started, input } = await start({
      windowStart: '2026-11-01T00:00:00Z',
      windowEnd: '2026-11-02T00:00:00Z',
    });
    expect(answer.body).toEqual({
      project: 'abalone',
      workflow: 'monitoring',
      execution: 'run',
      executionArn,
    });
    expect(started).toMatchObject({ stateMachineArn: machine });
    expect(input).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      windowStart: '2026-11-01T00:00:00.000Z',
      windowEnd: '2026-11-02T00:00:00.000Z',
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      {
        project: 'abalone',
        action: 'startMonitoring',
        subject: 'from 2026-11-01T00:00:00Z to 2026-11-02T00:00:00Z',
      },
    ]);
  });

  it('ends now by the clock of the workflow, and is as long as the project says', async () => {
    const { api, input } = await start({});
    expect(input).toEqual({ eventId: expect.any(String) });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { subject: 'from the start of a window to now' },
    ]);
  });

  it.each([
    ['2026-11-02T00:00:00Z', '2026-11-02T00:00:00Z', 'must be before windowEnd'],
    ['2026-11-03T00:00:00Z', '2026-11-02T00:00:00Z', 'must be before windowEnd'],
    ['2026-08-03T23:00:00Z', '2026-11-02T00:00:00Z', 'must be at most 2160 hours before windowEnd'],
  ])('from %s to %s %s', async (windowStart, windowEnd, detail) => {
    const { answer, api } = await start({ windowStart, windowEnd });
    expect(problemOf(answer)).toEqual({
      status: 400,
      kind: 'malformed-request',
      detail: 'The window has a mistake; nothing was started.',
      errors: [{ pointer: '#/windowStart', detail }],
    });
    expect(api.order()).not.toContain('StartExecution');
  });

  it('of 2,160 hours is the longest', async () => {
    const { started } = await start({
      windowStart: '2026-08-04T00:00:00Z',
      windowEnd: '2026-11-02T00:00:00Z',
    });
    expect(started).toBeDefined();
  });

  it('of a project that is not monitored is refused by name', async () => {
    const answer = await apiBefore().call('startMonitoring', { body: {} });
    expect(problemOf(answer)).toEqual({
      status: 409,
      kind: 'not-monitored',
      detail:
        'abalone is not monitored; nothing was started. Add monitoring: {} to its project.ts: npm start takes it over; on AWS, deploy it.',
    });
  });
});

const startDate = new Date('2026-11-29T19:00:00Z');
const window = { start: '2026-11-28T19:00:00.000Z', end: '2026-11-29T19:00:00.000Z' };
const folder = 's3://bucket/monitoring/abalone/w1/';
const output = {
  outcome: 'Drifted',
  verdict: 'drifted',
  modelPackage: packageArn(3),
  window,
  drifted: ['length'],
  objections: ["mse is 7, above the gate's 6"],
  report: folder,
  metrics: [],
};
const measures = {
  rows: 400,
  effects: { length: 0.4 },
  coverage: 0.5,
  measured: { mse: 7 },
  estimated: null,
};
const driftSummary = {
  version: 1,
  verdict: 'drifted',
  window,
  broken: 0,
  drifted: ['length'],
  driftedPredictions: [],
  notEnoughData: 0,
  violations: 0,
  worst: null,
  labelled: 200,
  ...measures,
};
const summary = {
  project: 'abalone',
  report: 'run',
  status: 'SUCCEEDED',
  outcome: 'Drifted',
  verdict: 'drifted',
  window,
  startedAt: startDate.toISOString(),
  model: 'abalone:3',
  drifted: ['length'],
  objections: output.objections,
  ...measures,
};

const execution = (members: object, ended?: object): Answers => ({
  ...monitored,
  ListExecutions: () => ({ executions: [{ executionArn, status: 'SUCCEEDED', ...members }] }),
  DescribeExecution: () => ({
    status: 'SUCCEEDED',
    startDate,
    ...members,
    ...(ended === undefined ? {} : { output: JSON.stringify(ended) }),
  }),
  ListObjectsV2: () => ({
    Contents: [
      { Key: 'monitoring/abalone/w1/input/captures.json', Size: 1 },
      { Key: 'monitoring/abalone/w1/stepmill-drift.json', Size: 9 },
    ],
  }),
});

const report = routes.getReport.example.answer.details;
const files = stored({
  [`${folder}summary.json`]: JSON.stringify(driftSummary),
  [`${folder}stepmill-drift.json`]: JSON.stringify(report),
});

describe('the list of reports', () => {
  it('has each verdict with what was measured', async () => {
    const api = apiBefore({ ...execution({}, output), ...files });
    expect((await api.call('listReports')).body).toEqual({ reports: [summary] });
    expect(api.sent('ListExecutions')).toEqual([{ stateMachineArn: machine, maxResults: 20 }]);
  });

  it('has windows that were not judged, with the reason', async () => {
    const ended = { outcome: 'No live model', reason: 'No model is live.', window };
    const api = apiBefore(execution({}, ended));
    expect((await api.call('listReports')).body).toEqual({
      reports: [
        {
          project: 'abalone',
          report: 'run',
          status: 'SUCCEEDED',
          outcome: 'No live model',
          reason: 'No model is live.',
          window,
          startedAt: startDate.toISOString(),
          drifted: [],
          objections: [],
        },
      ],
    });
  });

  it('has what failed, with the cause, and is asked for again soon while one runs', async () => {
    const failed = apiBefore(execution({ status: 'FAILED', cause: 'Judge window: no capacity' }));
    const running = apiBefore(execution({ status: 'RUNNING' }));
    const answer = await running.call('listReports');
    expect((await failed.call('listReports')).body).toMatchObject({
      reports: [{ status: 'FAILED', reason: 'Judge window: no capacity' }],
    });
    expect(answer.body).toMatchObject({ reports: [{ status: 'RUNNING' }] });
    expect(answer.headers['poll-after']).toBe('1');
  });

  it('asks once what became of a window, and again what is measured since', async () => {
    let now = NOW;
    const api = apiBefore({ ...execution({}, output), ...files }, { now: () => now });
    for (const passed of [0, 59_999, 1]) {
      now += passed;
      await api.call('listReports');
    }
    expect(api.sent('DescribeExecution')).toHaveLength(1);
    expect(api.sent('GetObject')).toMatchObject(
      ['summary', 'quality', 'summary', 'quality'].map((name) => ({
        Key: `monitoring/abalone/w1/${name}.json`,
      })),
    );
  });

  it('has what the gate says once the labels of a window are due', async () => {
    const objections = ["mse is 9, above the gate's 6"];
    const api = apiBefore({
      ...execution({}, output),
      ...stored({
        [`${folder}summary.json`]: JSON.stringify({ ...driftSummary, coverage: 0.9 }),
        [`${folder}quality.json`]: JSON.stringify({ version: 1, judgedAt: 'now', objections }),
      }),
    });
    expect((await api.call('listReports')).body).toEqual({
      reports: [{ ...summary, coverage: 0.9, objections }],
    });
  });

  it('has a window once, although it was judged again', async () => {
    const late = { ...output, outcome: 'Quality measured', labelsDue: true };
    const updated = apiBefore({ ...execution({}, { ...late, isUpdate: true }), ...files });
    const first = apiBefore({ ...execution({}, late), ...files });
    expect((await updated.call('listReports')).body).toEqual({ reports: [] });
    expect((await first.call('listReports')).body).toMatchObject({
      reports: [{ outcome: 'Quality measured' }],
    });
  });

  it('of a project that is not monitored is empty', async () => {
    expect((await apiBefore().call('listReports')).body).toEqual({ reports: [] });
  });
});

const look = async (answers: Answers) =>
  (await apiBefore(answers).call('getReport', { path: { report: 'run' } })).body;

describe('a report', () => {
  it('has every column, and links to its files', async () => {
    expect(await look({ ...execution({}, output), ...files })).toEqual({
      ...summary,
      details: report,
      files: [
        {
          name: 'stepmill-drift.json',
          uri: `${folder}stepmill-drift.json`,
          sizeBytes: 9,
          url: expect.stringContaining('X-Amz-Signature='),
          expiresAt: '2026-11-29T21:00:00.000Z',
        },
      ],
      areFilesCutShort: false,
    });
  });

  it('of a window without requests has no columns', async () => {
    const body = await look({
      ...execution({}, output),
      ...stored({ [`${folder}summary.json`]: JSON.stringify(driftSummary) }),
    });
    expect(body).toMatchObject(summary);
    expect(body).not.toHaveProperty('details');
  });

  it('of a window that was not judged has no files', async () => {
    expect(await look(execution({ status: 'FAILED', error: 'E' }))).toMatchObject({
      status: 'FAILED',
      reason: 'E',
      files: [],
    });
  });

  it('that is not there is named', async () => {
    const api = apiBefore({
      ...monitored,
      DescribeExecution: () => {
        throw awsError('ExecutionDoesNotExist');
      },
    });
    const answer = await api.call('getReport', { path: { report: 'none' } });
    expect(problemOf(answer)).toMatchObject({ status: 404, kind: 'execution-not-found' });
  });
});

const decided = {
  version: 1,
  decision: '20261129T190000Z-aaaaaaaaaaaa',
  outcome: 'Training started',
  reason: '300 labelled rows are new since the live model; drift of length.',
  trigger: 'drift',
  decidedAt: '2026-11-29T19:00:02Z',
  execution: 'arn:aws:states:us-east-1:1:execution:abalone-retraining:window-1',
  modelPackage: packageArn(3),
  verdict: { model: packageArn(3), ...window, drifted: ['length'], misses: false },
  rows: {
    newRows: 300,
    labelledRequests: 300,
    requests: 900,
    contradicting: 0,
    unknown: 0,
    until: '2026-11-29T19:00:01.000Z',
  },
  dataset: { id: 'd'.repeat(32), key: 'incoming/abalone/retraining/a.csv', versionId: 'v' },
};
const refused = {
  ...decided,
  decision: '20261128T190000Z-bbbbbbbbbbbb',
  outcome: 'No live model',
  trigger: 'labels',
  modelPackage: '',
  verdict: null,
  rows: null,
  dataset: null,
};

/** Records by their keys, as a list of keys gives them. */
const records: Answers = {
  ...monitored,
  ListObjectsV2: () => ({
    Contents: ['1.json', '2.json', '3.json'].map((name) => ({
      Key: `monitoring/abalone/retraining/${name}`,
    })),
    IsTruncated: true,
  }),
  BatchGetItem: () => ({
    Responses: {
      claims: [
        {
          claim: { S: `dataset#${'d'.repeat(32)}` },
          owner: { S: 'arn:aws:states:us-east-1:1:execution:abalone-training:t1' },
        },
      ],
    },
  }),
  ...stored({
    's3://bucket/monitoring/abalone/retraining/1.json': JSON.stringify(decided),
    's3://bucket/monitoring/abalone/retraining/2.json': JSON.stringify(refused),
    's3://bucket/monitoring/abalone/retraining/3.json': '{"of":"another form"}',
  }),
};

describe('decisions to train again', () => {
  it('have their reasons, and the training that was started', async () => {
    const api = apiBefore(records);

    const { body } = await api.call('listRetrainingDecisions');

    expect(body).toMatchObject({
      isOn: true,
      decisions: [
        {
          decision: decided.decision,
          execution: 'window-1',
          outcome: 'Training started',
          trigger: 'drift',
          reason: decided.reason,
          decidedAt: '2026-11-29T19:00:02.000Z',
          model: 'abalone:3',
          drifted: ['length'],
          newRows: 300,
          dataset: 'd'.repeat(32),
          training: 't1',
        },
        {
          decision: refused.decision,
          outcome: 'No live model',
          trigger: 'labels',
          drifted: [],
        },
      ],
      nextPageToken: expect.any(String) as unknown,
    });
    expect(api.sent('ListObjectsV2')).toEqual([
      {
        Bucket: 'bucket',
        Prefix: 'monitoring/abalone/retraining/',
        Delimiter: '/',
        MaxKeys: 20,
        StartAfter: undefined,
      },
    ]);
  });

  it('continue after the last of the page before', async () => {
    const api = apiBefore(records);
    const { body } = await api.call('listRetrainingDecisions');
    const { nextPageToken: pageToken } = body as { readonly nextPageToken: string };

    await api.call('listRetrainingDecisions', { query: { pageToken } });

    expect(api.sent('ListObjectsV2')[1]).toMatchObject({
      StartAfter: 'monitoring/abalone/retraining/3.json',
    });
  });

  it('are not paged by the token of another list', async () => {
    const pageToken = Buffer.from('{"executions":"x"}').toString('base64url');
    const answer = await apiBefore(records).call('listRetrainingDecisions', {
      query: { pageToken },
    });

    expect(problemOf(answer)).toMatchObject({ status: 400, kind: 'malformed-request' });
  });

  it('are none of a project that is not retrained automatically', async () => {
    expect((await apiBefore().call('listRetrainingDecisions')).body).toEqual({
      isOn: false,
      decisions: [],
    });
  });

  it('are asked for by a person, and audited', async () => {
    const api = apiBefore({
      ...monitored,
      StartExecution: () => ({
        executionArn: 'arn:aws:states:us-east-1:1:execution:abalone-retraining:asked',
      }),
    });

    const answer = await api.call('startRetraining', { body: {} });

    expect(answer).toMatchObject({
      status: 202,
      body: { project: 'abalone', workflow: 'retraining', execution: 'asked' },
    });
    const [sent] = api.sent('StartExecution') as { input: string; stateMachineArn: string }[];
    expect(sent?.stateMachineArn).toBe(retraining);
    expect(JSON.parse(sent?.input ?? '')).toEqual({
      eventId: expect.any(String) as unknown,
      trigger: 'request',
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([{ action: 'startRetraining' }]);
  });

  it('are refused by name for a project that is not retrained automatically', async () => {
    expect(problemOf(await apiBefore().call('startRetraining', { body: {} }))).toEqual({
      status: 409,
      kind: 'not-retrained',
      detail:
        'abalone is not retrained automatically; nothing was started. Add retraining: {} to its project.ts: npm start takes it over; on AWS, deploy it.',
    });
  });
});
