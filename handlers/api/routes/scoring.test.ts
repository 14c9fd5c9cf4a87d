import { NotFound } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import {
  apiBefore,
  auditOf,
  awsError,
  facts,
  NOW,
  packageArn,
  problemOf,
  registryOf,
  resources,
  stored,
} from '../api.testing.ts';

const machine = 'arn:aws:states:us-east-1:1:stateMachine:abalone-scoring';
const executionArn = 'arn:aws:states:us-east-1:1:execution:abalone-scoring:run';
const scoring = {
  stateMachineArn: machine,
  prefix: 'scoring/abalone/',
  requestsPrefix: 'scoring-requests/abalone/',
  resultsPrefix: 'scored/abalone/',
  canExplain: true,
};
const datasetUri = 's3://bucket/scoring-requests/abalone/june.csv';

/** A project that scores files. */
const scores = (own: object = {}): Answers => ({
  GetParameter: () => ({
    Parameter: { Value: JSON.stringify({ ...resources, scoring: { ...scoring, ...own } }) },
  }),
});

const starting: Answers = {
  ...scores(),
  HeadObject: () => ({ VersionId: 'v7' }),
  StartExecution: () => ({ executionArn }),
};

const start = async (body: object, answers: Answers = starting) => {
  const api = apiBefore(answers);
  const answer = await api.call('startScoring', {
    body: { modelName: 'abalone', datasetUri, ...body },
  });
  const [started] = api.sent('StartExecution') as { readonly input: string }[];
  return { api, answer, started, input: JSON.parse(started?.input ?? 'null') as unknown };
};

const malformed = (pointer: string, detail: string) => ({
  status: 400,
  kind: 'malformed-request',
  detail: 'The request has a mistake; nothing was started.',
  errors: [{ pointer, detail }],
});

const scoresNoFiles = {
  status: 409,
  kind: 'scores-no-files',
  detail:
    'abalone scores no files; nothing was done. Add scoring: {} to its project.ts: npm start takes it over; on AWS, deploy it.',
};

describe('a file that is to be scored', () => {
  it('is uploaded where nothing starts by itself', async () => {
    const api = apiBefore(scores());
    const { body } = await api.call('createScoringUpload', {
      body: { fileName: 'june.csv', sizeBytes: 7 },
    });
    expect(body).toMatchObject({
      uri: datasetUri,
      fields: { key: 'scoring-requests/abalone/june.csv', 'Content-Type': 'text/csv' },
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { project: 'abalone', action: 'createScoringUpload', subject: datasetUri },
    ]);
  });

  it('is scored in the version that is the newest now', async () => {
    const { api, answer, started, input } = await start({});
    expect(answer.body).toEqual({
      project: 'abalone',
      workflow: 'scoring',
      execution: 'run',
      executionArn,
    });
    expect(started).toMatchObject({ stateMachineArn: machine });
    expect(input).toEqual({
      eventId: expect.any(String),
      bucket: 'bucket',
      object: { key: 'scoring-requests/abalone/june.csv', 'version-id': 'v7' },
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      {
        project: 'abalone',
        action: 'startScoring',
        subject: datasetUri,
        after: '{"versionId":"v7"}',
      },
    ]);
  });

  it('is scored by the version that was named, with explanations', async () => {
    const { input } = await start(
      { version: 'abalone:2', explain: true },
      { ...starting, ...registryOf({ 2: { ModelApprovalStatus: 'Approved' } }) },
    );
    expect(input).toMatchObject({ modelPackageArn: packageArn(2), explain: true });
  });

  it('is listed at once', async () => {
    let executions: object[] = [];
    const api = apiBefore({
      ...starting,
      ListExecutions: () => ({ executions }),
      DescribeExecution: () => ({ status: 'RUNNING', startDate: new Date(0) }),
      StartExecution: () => {
        executions = [{ executionArn, status: 'RUNNING' }];
        return { executionArn };
      },
    });
    const count = async () =>
      ((await api.call('listScorings')).body as { scorings: object[] }).scorings.length;
    expect(await count()).toBe(0);
    await api.call('startScoring', { body: { modelName: 'abalone', datasetUri } });
    expect(await count()).toBe(1);
  });

  it.each([
    's3://other/scoring-requests/abalone/june.csv',
    's3://bucket/scoring/titanic/june.csv',
    's3://bucket/incoming/abalone/june.csv',
  ])('at %s is not read', async (uri) => {
    const { answer, api } = await start({ datasetUri: uri });
    expect(problemOf(answer)).toEqual(
      malformed(
        '#/datasetUri',
        'must begin with s3://bucket/scoring-requests/abalone/ or s3://bucket/scoring/abalone/',
      ),
    );
    expect(api.order()).not.toContain('StartExecution');
  });

  it('that is not there is named', async () => {
    const { answer } = await start(
      {},
      {
        ...starting,
        HeadObject: () => {
          throw new NotFound({ message: 'NotFound', $metadata: {} });
        },
      },
    );
    expect(problemOf(answer)).toEqual({
      status: 404,
      kind: 'dataset-not-found',
      detail: `There is no ${datasetUri}; nothing was started. Upload the file first.`,
    });
  });

  it('is not scored by the model of another project, nor by a version that is not there', async () => {
    const other = await start({ version: 'titanic:1' });
    const none = await start({ version: 'abalone:9' });
    expect(problemOf(other.answer)).toEqual(malformed('#/version', 'must be a version of abalone'));
    expect(problemOf(none.answer)).toMatchObject({ status: 404, kind: 'version-not-found' });
  });

  it('is not explained by scripts that explain nothing', async () => {
    const { answer } = await start(
      { explain: true },
      {
        ...starting,
        ...scores({ canExplain: false }),
      },
    );
    expect(problemOf(answer)).toEqual(
      malformed('#/explain', 'abalone has scripts of its own, which explain nothing'),
    );
  });

  it('of a project that scores no files is refused by name', async () => {
    const api = apiBefore();
    const answers = [
      await api.call('createScoringUpload', { body: { fileName: 'june.csv', sizeBytes: 7 } }),
      await api.call('startScoring', { body: { modelName: 'abalone', datasetUri } }),
    ];
    expect(answers.map(problemOf)).toEqual([scoresNoFiles, scoresNoFiles]);
  });
});

const startDate = new Date('2026-11-29T19:00:00Z');
const stopDate = new Date('2026-11-29T19:02:00Z');
const input = JSON.stringify({
  eventId: 'e',
  bucket: 'bucket',
  object: { key: 'scoring/abalone/june.csv', 'version-id': 'v7' },
});
const summaryUri = 's3://bucket/scored/abalone/b1/summary.json';

/** The execution as Step Functions describes it. */
const execution = (members: object, output?: object): Answers => ({
  ...scores(),
  ListExecutions: () => ({
    executions: [{ executionArn, status: 'SUCCEEDED', ...members }],
    nextToken: 'next',
  }),
  DescribeExecution: () => ({
    status: 'SUCCEEDED',
    startDate,
    stopDate,
    input,
    ...members,
    ...(output === undefined ? {} : { output: JSON.stringify(output) }),
  }),
  ListObjectsV2: () => ({
    Contents: [
      { Key: 'scored/abalone/b1/answers/rows.csv.out', Size: 9 },
      { Key: 'scored/abalone/b1/input/rows.csv', Size: 9 },
      { Key: 'scored/abalone/b1/predictions.csv', Size: 44 },
      { Key: 'scored/abalone/b1/summary.json', Size: 700 },
    ],
  }),
});

const problem = { rule: 'number', count: 2, examples: ['line 7, column length: is not a number'] };
const scored = {
  outcome: 'Scored',
  batchId: 'b1',
  key: 'scoring/abalone/june.csv',
  modelPackage: packageArn(3),
  rows: { scored: 3, rejected: 2 },
  drift: { verdict: 'drifted', drifted: ['length'] },
  predictions: 's3://bucket/scored/abalone/b1/predictions.csv',
  summary: summaryUri,
};
const answers = {
  kind: 'number',
  mean: 9,
  standardDeviation: 1,
  minimum: 8,
  maximum: 10,
  bins: [{ lower: 8, upper: 10, count: 3 }],
};
const summary = {
  version: 1,
  project: 'abalone',
  batchId: 'b1',
  source: { bucket: 'bucket', key: 'scoring/abalone/june.csv', versionId: 'v7' },
  modelPackageArn: packageArn(3),
  explained: false,
  rows: { scored: 3, rejected: 2, refused: 1 },
  problems: [problem],
  columns: ['sex', 'length', 'prediction'],
  files: { predictions: scored.predictions },
  answers,
  drift: scored.drift,
  execution: executionArn,
  startedAt: startDate.toISOString(),
  endedAt: stopDate.toISOString(),
};
const listed = {
  project: 'abalone',
  execution: 'run',
  name: 'june.csv',
  uri: 's3://bucket/scoring/abalone/june.csv',
  startedAt: startDate.toISOString(),
  stoppedAt: stopDate.toISOString(),
};
const results = stored({
  [summaryUri]: JSON.stringify(summary),
  [scored.predictions]: 'sex,length,prediction\nM,0.4,8\nF,"0,5",9\nM,0.6,10\n',
});

const look = async (api: ReturnType<typeof apiBefore>, query: Record<string, string> = {}) =>
  (await api.call('getScoring', { path: { execution: 'run' }, query })).body;

describe('the list of scorings', () => {
  it('says what became of each file, and where the next page begins', async () => {
    const api = apiBefore(execution({}, scored));
    const first = await api.call('listScorings', { query: { pageSize: '1' } });
    const { scorings, nextPageToken = '' } = first.body as {
      readonly scorings: object[];
      readonly nextPageToken?: string;
    };
    await api.call('listScorings', { query: { pageToken: nextPageToken } });
    expect(scorings).toEqual([
      {
        ...listed,
        state: 'scored',
        model: 'abalone:3',
        rows: { scored: 3, rejected: 2 },
        drift: { verdict: 'drifted', drifted: ['length'] },
      },
    ]);
    expect(first.headers['poll-after']).toBe('15');
    expect(api.sent('ListExecutions')).toEqual([
      { stateMachineArn: machine, maxResults: 1 },
      { stateMachineArn: machine, maxResults: 20, nextToken: 'next' },
    ]);
  });

  it('is asked for again soon while one runs', async () => {
    const api = apiBefore(execution({ status: 'RUNNING', stopDate: undefined }));
    const { body, headers } = await api.call('listScorings');
    expect(body).toMatchObject({ scorings: [{ state: 'running' }] });
    expect(headers['poll-after']).toBe('1');
  });

  it('reads an execution that has succeeded once', async () => {
    let now = NOW;
    const api = apiBefore(execution({}, scored), { now: () => now });
    await api.call('listScorings');
    now += 3_600_000;
    await api.call('listScorings');
    expect(api.sent('DescribeExecution')).toHaveLength(1);
  });

  it('of a project that scores no files is empty', async () => {
    expect((await apiBefore().call('listScorings')).body).toEqual({ scorings: [] });
  });

  it('refuses a page token of another list', async () => {
    const api = apiBefore({
      ...execution({}, scored),
      ListExecutions: () => {
        throw awsError('InvalidToken');
      },
    });
    const pageToken = Buffer.from('{"executions":"x"}').toString('base64url');
    const answer = await api.call('listScorings', { query: { pageToken } });
    expect(problemOf(answer)).toMatchObject({ kind: 'malformed-request' });
  });
});

interface Listing {
  readonly Prefix: string;
  readonly Delimiter?: string;
  readonly ContinuationToken?: string;
}

/** Keys or folders of one answer; S3 gives at most a thousand. */
const LISTED = 40;

/** As S3 lists: keys with a delimiter after the prefix are one folder, page by page. */
const listingOf =
  (names: readonly string[]) =>
  ({ Prefix, Delimiter = '', ContinuationToken = '0' }: Listing) => {
    const keys = names
      .map((name) => `scored/abalone/b1/${name}`)
      .filter((key) => key.startsWith(Prefix));
    const folderOf = (key: string) => {
      const end = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
      return end < 0 ? undefined : key.slice(0, end + 1);
    };
    const all = [...new Set(keys.map((key) => folderOf(key) ?? key))];
    const from = Number(ContinuationToken);
    const page = all.slice(from, from + LISTED);
    return {
      Contents: page.filter((key) => keys.includes(key)).map((Key) => ({ Key, Size: 1 })),
      CommonPrefixes: page
        .filter((key) => !keys.includes(key))
        .map((folder) => ({ Prefix: folder })),
      ...(from + LISTED < all.length ? { NextContinuationToken: String(from + LISTED) } : {}),
    };
  };

const filesOf = async (api: ReturnType<typeof apiBefore>) => {
  const { files, areFilesCutShort } = (await look(api)) as {
    readonly files: readonly { readonly name: string }[];
    readonly areFilesCutShort: boolean;
  };
  return { names: files.map(({ name }) => name), areFilesCutShort };
};

describe('a scoring', () => {
  it('is given with its results and links to what people read', async () => {
    const api = apiBefore({ ...execution({}, scored), ...results });
    const body = (await look(api, { rows: '2' })) as { files: { url: string }[] };
    expect(body).toEqual({
      ...listed,
      state: 'scored',
      model: 'abalone:3',
      rows: summary.rows,
      drift: { verdict: 'drifted', drifted: ['length'] },
      problems: [problem],
      results: {
        explained: false,
        answers,
        preview: {
          columns: ['sex', 'length', 'prediction'],
          answerColumns: 1,
          rows: [
            ['M', '0.4', '8'],
            ['F', '0,5', '9'],
          ],
          isCutShort: true,
        },
      },
      files: ['predictions.csv', 'summary.json'].map((name) => ({
        name,
        uri: `s3://bucket/scored/abalone/b1/${name}`,
        sizeBytes: expect.any(Number),
        url: expect.stringContaining('X-Amz-Signature='),
        expiresAt: '2026-11-29T21:00:00.000Z',
      })),
      areFilesCutShort: false,
    });
    const url = new URL(body.files[0]?.url ?? '');
    expect(url.pathname).toBe('/scored/abalone/b1/predictions.csv');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      'X-Amz-Expires': '3600',
      'response-content-disposition': 'attachment; filename="predictions.csv"',
    });
  });

  it('has all files that people read, however many its jobs have written', async () => {
    const api = apiBefore({
      ...execution({}, scored),
      ...results,
      ListObjectsV2: listingOf([
        ...Array.from({ length: 150 }, (_, part) => `answers/rows-${part}.csv.out`),
        'drift/stepmill-drift.json',
        'drift/summary.json',
        ...Array.from({ length: 150 }, (_, part) => `input/rows-${part}.csv`),
        'predictions.csv',
        'rejected.csv',
        'summary.json',
      ]),
    });
    expect(await filesOf(api)).toEqual({
      names: [
        'drift/stepmill-drift.json',
        'drift/summary.json',
        'predictions.csv',
        'rejected.csv',
        'summary.json',
      ],
      areFilesCutShort: false,
    });
    // What jobs read and write is not listed.
    expect(api.sent('ListObjectsV2').map((each) => (each as Listing).Prefix)).not.toContain(
      'scored/abalone/b1/input/',
    );
  });

  it.each([
    [500, false],
    [501, true],
  ])('of %i files says whether there are more: %s', async (count, isCutShort) => {
    const names = Array.from({ length: count }, (_, part) => `part-${String(part + 1000)}.csv`);
    const api = apiBefore({
      ...execution({}, scored),
      ...results,
      ListObjectsV2: listingOf(names),
    });
    expect(await filesOf(api)).toEqual({
      names: names.slice(0, 500),
      areFilesCutShort: isCutShort,
    });
  });

  it('has the same links when it is asked for again', async () => {
    const api = apiBefore({ ...execution({}, scored), ...results });
    expect(await look(api)).toEqual(await look(api));
  });

  it.each([
    [['sex', 'length', 'prediction', 'probability'], 2],
    [['sex', 'length', 'rings', 'prediction'], 1],
  ])('of the columns %j has %i of the model', async (columns, answerColumns) => {
    const api = apiBefore({
      ...execution({}, scored),
      ...stored({
        [summaryUri]: JSON.stringify({ ...summary, columns }),
        [scored.predictions]: `${columns.join(',')}\n`,
      }),
    });
    expect(facts.columns.map(({ name }) => name)).toEqual(['sex', 'length', 'rings']);
    expect(await look(api)).toMatchObject({ results: { preview: { answerColumns } } });
  });

  it('that is a duplicate has the results of the one before', async () => {
    const {
      outcome: _outcome,
      modelPackage: _package,
      rows: _rows,
      drift: _drift,
      ...rest
    } = scored;
    const duplicate = { ...rest, outcome: 'Duplicate', claimedBy: `${executionArn}-before` };
    const api = apiBefore({ ...execution({}, duplicate), ...results });
    expect(await look(api)).toMatchObject({
      state: 'duplicate',
      scoredBy: 'run-before',
      model: 'abalone:3',
      rows: { scored: 3, rejected: 2 },
      results: { answers },
    });
  });

  it('whose results are deleted says what it was', async () => {
    const api = apiBefore({ ...execution({}, scored), ListObjectsV2: () => ({}) });
    const body = await look(api);
    expect(body).toMatchObject({ state: 'scored', rows: { scored: 3 }, problems: [], files: [] });
    expect(body).not.toHaveProperty('results');
  });

  it('whose predictions alone are deleted has no results', async () => {
    const api = apiBefore({
      ...execution({}, scored),
      ...stored({ [summaryUri]: JSON.stringify(summary) }),
    });
    expect(await look(api)).not.toHaveProperty('results');
  });

  it('that runs names the state that it has entered last', async () => {
    const api = apiBefore({
      ...execution({ status: 'RUNNING', stopDate: undefined }),
      GetExecutionHistory: () => ({
        events: [
          { id: 9, type: 'TaskScheduled' },
          { id: 8, stateEnteredEventDetails: { name: 'Score rows' } },
          { id: 2, stateEnteredEventDetails: { name: 'Read request' } },
        ],
      }),
    });
    const { headers, body } = await api.call('getScoring', { path: { execution: 'run' } });
    expect(body).toMatchObject({ state: 'running', step: 'Score rows', files: [] });
    expect(headers['poll-after']).toBe('1');
  });

  it.each([
    ['File rejected', 'refused'],
    ['File missing', 'file-missing'],
    ['No live model', 'no-live-model'],
    ['Something new', 'failed'],
  ])('that ended as %s is %s, with the reason', async (outcome, state) => {
    const api = apiBefore(execution({}, { outcome, reason: 'Because', problems: [problem] }));
    expect(await look(api)).toMatchObject({ state, reason: 'Because', problems: [problem] });
  });

  it.each([
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'failed'],
    ['ABORTED', 'stopped'],
  ])('that is %s is %s, with the cause', async (status, state) => {
    const api = apiBefore(execution({ status, cause: 'Score rows: no capacity' }));
    expect(await look(api)).toMatchObject({ state, reason: 'Score rows: no capacity' });
  });

  it('that is not there is named', async () => {
    const api = apiBefore({
      ...scores(),
      DescribeExecution: () => {
        throw awsError('ExecutionDoesNotExist');
      },
    });
    const answers = [
      await api.call('getScoring', { path: { execution: 'none' } }),
      await apiBefore().call('getScoring', { path: { execution: 'none' } }),
    ];
    expect(answers.map(problemOf)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({ status: 404, kind: 'execution-not-found' }),
      ),
    );
  });
});
