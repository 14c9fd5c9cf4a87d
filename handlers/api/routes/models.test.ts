import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { HeadObjectCommandInput } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ProjectFacts } from '../../../events/index.ts';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import {
  apiBefore,
  auditOf,
  awsError,
  bodyOf,
  liveOn,
  NOW,
  packageArn,
  problemOf,
  registryOf,
  resources,
  stored,
} from '../api.testing.ts';

const DATASET = 'd'.repeat(32);
const REGISTERED_AT = '2026-11-29T18:00:00.000Z';

/** What the training workflow notes on a package. */
const notes = {
  datasetId: DATASET,
  algorithm: 'xgboost',
  hyperparameters: 'max_depth=6 eta=0.2=a broken',
  'metric.mse': '4.5',
  'metric.out-of-fold.mse': '4.75',
  'metric.broken': 'NaN',
  metricless: '3',
  evaluation: 's3://bucket/runs/abalone/d/evaluation.json',
  manifest: 's3://bucket/runs/abalone/d/manifest.json',
  folder: 'runs/abalone/d/',
  codeVersion: 'c1',
  labelMeaning: 'years',
  champion: packageArn(2),
  trainingExecution: 'arn:aws:states:us-east-1:1:execution:abalone-training:run',
  promotion: 'Live',
};

const pending = (own: Readonly<Record<string, string>> = notes, members: object = {}) => ({
  ModelApprovalStatus: 'PendingManualApproval',
  CustomerMetadataProperties: own,
  ...members,
});
const approved = { ModelApprovalStatus: 'Approved', ApprovalDescription: 'bob: Good' };

const summary = {
  version: 'abalone:3',
  project: 'abalone',
  number: 3,
  modelPackageArn: packageArn(3),
  status: 'PendingManualApproval',
  isLive: false,
  registeredAt: REGISTERED_AT,
  dataset: DATASET,
  algorithm: 'xgboost',
  metrics: { mse: 4.5, 'out-of-fold.mse': 4.75 },
  promotion: 'Live',
};

const manifest = {
  version: 1,
  project: 'abalone',
  datasetId: DATASET,
  label: 'rings',
  header: false,
  delimiter: ',',
  sources: [{ bucket: 'bucket', key: 'incoming/abalone/a.csv', versionId: 'v', sizeBytes: 70 }],
  sha256: 'f00d',
  rowCount: 10,
  columns: [{ name: 'length', type: 'number', minimum: 0, maximum: 2, missing: 0 }],
};
const evaluation = { regression_metrics: { mse: { value: 4.5 } } };

/** What a run has left in the bucket. */
const run = stored({
  's3://bucket/runs/abalone/d/evaluation.json': JSON.stringify(evaluation),
  's3://bucket/runs/abalone/d/manifest.json': JSON.stringify(manifest),
});

const path = { version: 'abalone:3' };

/** As SHA-256 has it of both fields; the registry keeps nothing like it. */
const revisionOf = (status: string, description = ''): string =>
  createHash('sha256').update(`${status}\n${description}`).digest('hex').slice(0, 16);

const tokenOf = (token: object) => Buffer.from(JSON.stringify(token)).toString('base64url');

/** Walks through all pages. */
async function walk(api: ReturnType<typeof apiBefore>, pageSize: string) {
  const pages: string[][] = [];
  let pageToken: string | undefined;
  do {
    const query = { pageSize, ...(pageToken === undefined ? {} : { pageToken }) };
    const { body } = await api.call('listModels', { query });
    const page = body as { models: { version: string }[]; nextPageToken?: string };
    pages.push(page.models.map(({ version }) => version));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return pages;
}

/** Two projects with their own groups, and pages that the registry cuts. */
const twoProjects = (pages: Readonly<Record<string, readonly number[]>>): Answers => ({
  ...registryOf({ 1: approved, 2: approved, 3: approved, 4: approved }),
  GetParameter: ({ Name }: { readonly Name: string }) => {
    const project = Name.split('/').at(-1) ?? '';
    const group = { ...resources, project, modelPackageGroupName: project };
    return { Parameter: { Value: JSON.stringify(group) } };
  },
  ListModelPackages: ({
    ModelPackageGroupName: group,
    NextToken = '0',
  }: {
    readonly ModelPackageGroupName: string;
    readonly NextToken?: string;
  }) => ({
    ModelPackageSummaryList: (pages[`${group} ${NextToken}`] ?? []).map((number) => ({
      ModelPackageArn: packageArn(number),
    })),
    NextToken:
      pages[`${group} ${Number(NextToken) + 1}`] === undefined
        ? undefined
        : String(Number(NextToken) + 1),
  }),
});

describe('a list of versions', () => {
  it('shows each with its metrics, and which is live', async () => {
    const api = apiBefore({ ...registryOf({ 2: approved, 3: pending() }), ...liveOn(2) });
    const query = { project: 'abalone', status: 'Approved', pageSize: '5' };
    const { body } = await api.call('listModels', { query });
    expect(body).toEqual({
      models: [
        summary,
        {
          version: 'abalone:2',
          project: 'abalone',
          number: 2,
          modelPackageArn: packageArn(2),
          status: 'Approved',
          isLive: true,
          registeredAt: REGISTERED_AT,
          metrics: {},
          decision: 'bob: Good',
        },
      ],
    });
    expect(api.sent('ListModelPackages')).toEqual([
      {
        ModelPackageGroupName: 'Abalone',
        ModelApprovalStatus: 'Approved',
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: 5,
        NextToken: undefined,
      },
    ]);
  });

  it('continues with the next project where a page has room, and with the same where it has not', async () => {
    const pages = { 'abalone 0': [4, 3], 'abalone 1': [2], 'titanic 0': [1] };
    expect(await walk(apiBefore(twoProjects(pages)), '2')).toEqual([
      ['abalone:4', 'abalone:3'],
      ['abalone:2', 'titanic:1'],
    ]);
    expect(await walk(apiBefore(twoProjects({ ...pages, 'abalone 1': [] })), '3')).toEqual([
      ['abalone:4', 'abalone:3'],
      ['titanic:1'],
    ]);
    expect(await walk(apiBefore(twoProjects({ 'abalone 0': [4], 'titanic 0': [1] })), '1')).toEqual(
      [['abalone:4'], ['titanic:1']],
    );
  });

  it('asks the second project only for what is left of a page', async () => {
    const api = apiBefore(twoProjects({ 'abalone 0': [4], 'titanic 0': [1] }));
    await api.call('listModels', { query: { pageSize: '3' } });
    expect(api.sent('ListModelPackages')).toMatchObject([{ MaxResults: 3 }, { MaxResults: 2 }]);
  });

  it('is empty where no project is deployed', async () => {
    const api = apiBefore({
      GetParameter: () => {
        throw awsError('ParameterNotFound');
      },
    });
    expect((await api.call('listModels')).body).toEqual({ models: [] });
  });

  it.each([
    ['of a project that is not there', { project: 'loans' }, 400],
    ['that SageMaker does not know', { project: 'abalone', packages: 'old' }, 400],
    ['of the first project', { project: 'abalone' }, 500],
  ])('answers a page token %s', async (_name, token, status) => {
    const api = apiBefore({
      ListModelPackages: () => {
        throw awsError('ValidationException', 'Invalid NextToken');
      },
    });
    const answer = await api.call('listModels', { query: { pageToken: tokenOf(token) } });
    expect(answer.status).toBe(status);
  });
});

const promotionOf = (name: string, members: object) => ({
  name,
  executionArn: name,
  startDate: new Date('2026-11-29T19:00:00Z'),
  ...members,
});

const getModel = (answers: Answers, facts: Partial<ProjectFacts> = {}) =>
  apiBefore(answers, { facts }).call('getModel', { path: { version: 'abalone:3' } });

describe('a version', () => {
  it('is given with what led to it and came of it', async () => {
    const metadata = {
      CommitId: 'abc',
      GeneratedBy: 'arn:aws:sagemaker:us-east-1:1:training-job/abalone-train-1',
    };
    const { body } = await getModel(
      {
        ...registryOf({ 3: pending(notes, { MetadataProperties: metadata }) }),
        ...liveOn(3),
        ...run,
        ListExecutions: () => ({
          executions: [
            promotionOf('p2', { status: 'RUNNING' }),
            promotionOf('p1', { status: 'SUCCEEDED', stopDate: new Date('2026-11-29T19:10:00Z') }),
            promotionOf('other', { status: 'SUCCEEDED' }),
            promotionOf('failed', { status: 'FAILED' }),
          ],
        }),
        DescribeExecution: ({ executionArn }: { readonly executionArn: string }) =>
          ({
            p2: { status: 'RUNNING', input: JSON.stringify({ modelPackageArn: packageArn(3) }) },
            p1: {
              status: 'SUCCEEDED',
              output: JSON.stringify({
                outcome: 'Rolled back',
                reason: 'An alarm',
                modelPackage: packageArn(3),
              }),
              input: JSON.stringify({ modelPackageArn: packageArn(1) }),
            },
            other: {
              status: 'SUCCEEDED',
              output: JSON.stringify({ modelPackage: packageArn(2) }),
            },
            failed: {
              status: 'FAILED',
              error: 'States.Timeout',
              cause: 'Too slow',
              input: JSON.stringify({ modelPackageArn: packageArn(3) }),
            },
          })[executionArn] ?? {},
      },
      {
        serving: { type: 'instances', capacity: {}, capturePercent: 10 },
        gate: { bounds: [{ metric: 'mse', over: 'test', maximum: 6, at: 'value' }] },
      },
    );
    expect(body).toEqual({
      bounds: { mse: { maximum: 6, at: 'value' } },
      ...summary,
      isLive: true,
      revision: revisionOf('PendingManualApproval'),
      hyperparameters: { max_depth: '6', eta: '0.2=a' },
      columns: [{ name: 'length', type: 'number', minimum: 0, maximum: 2, missing: 0 }],
      labelMeaning: 'years',
      codeVersion: 'c1',
      commit: 'abc',
      champion: 'abalone:2',
      evaluation,
      lineage: {
        dataset: DATASET,
        uri: 's3://bucket/incoming/abalone/a.csv',
        versionId: 'v',
        uploadedBytes: 70,
        rows: 10,
        sha256: 'f00d',
        trainingExecution: 'run',
        trainingJob: 'abalone-train-1',
        folder: 'runs/abalone/d/',
        promotions: [
          { execution: 'p2', outcome: 'RUNNING', at: '2026-11-29T19:00:00.000Z' },
          {
            execution: 'p1',
            outcome: 'Rolled back',
            at: '2026-11-29T19:10:00.000Z',
            reason: 'An alarm',
          },
          {
            execution: 'failed',
            outcome: 'States.Timeout',
            at: '2026-11-29T19:00:00.000Z',
            reason: 'Too slow',
          },
        ],
        answers: {
          endpoint: 'abalone',
          isLive: true,
          captured: 's3://bucket/captured/abalone/',
          capturePercent: 10,
        },
      },
    });
  });

  it('of which nothing was noted is given with what there is', async () => {
    const { body } = await getModel({
      ...registryOf({ 3: { ModelApprovalStatus: 'PendingManualApproval' } }),
    });
    expect(body).toEqual({
      bounds: {},
      version: 'abalone:3',
      project: 'abalone',
      number: 3,
      modelPackageArn: packageArn(3),
      status: 'PendingManualApproval',
      isLive: false,
      registeredAt: REGISTERED_AT,
      metrics: {},
      revision: revisionOf('PendingManualApproval'),
      hyperparameters: {},
      columns: [],
      lineage: { promotions: [], answers: { endpoint: 'abalone', isLive: false } },
    });
  });

  it.each([
    ['a champion that is no version', { champion: 'none' }, 'none'],
    ['a champion of no name', {}, undefined],
  ])('with %s names it', async (_name, own, champion) => {
    const { body } = await getModel({ ...registryOf({ 3: pending(own) }) });
    expect((body as { champion?: string }).champion).toBe(champion);
  });

  it('of an endpoint that captures nothing has no place for requests', async () => {
    const { body } = await getModel(registryOf({ 3: pending({}) }), {
      serving: { type: 'instances', capacity: {}, capturePercent: 0 },
    });
    expect(body).toMatchObject({ lineage: { answers: { endpoint: 'abalone', isLive: false } } });
    expect(JSON.stringify(body)).not.toContain('captur');
  });

  it.each(['{"regression_metrics": 4}', '{', ''])(
    'whose evaluation.json holds %j has no evaluation',
    async (text) => {
      const { body } = await getModel({
        ...registryOf({ 3: pending() }),
        ...stored({ 's3://bucket/runs/abalone/d/evaluation.json': text }),
      });
      expect(body).not.toHaveProperty('evaluation');
    },
  );

  it.each([
    ['ValidationException', 404],
    ['ResourceNotFound', 404],
    ['AccessDeniedException', 500],
  ])('that SageMaker answers with %s has the status %i', async (name, status) => {
    const answer = await getModel({
      DescribeModelPackage: () => {
        throw awsError(name);
      },
    });
    expect(answer.status).toBe(status);
    if (status === 404) {
      expect(problemOf(answer)).toEqual({
        status: 404,
        kind: 'version-not-found',
        detail: 'abalone has no version 3.',
      });
    }
  });
});

describe('a plan', () => {
  const rollout = { type: 'all-at-once', bakeSeconds: 300 } as const;
  const trial = { type: 'ab', percent: 10, timeLimitHours: 24, whenTimeIsUp: 'withdraw' } as const;
  const alarmed: Answers = {
    DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'abalone-rollback-errors' }] }),
  };
  const none = { replaces: null, alarms: [], comesBack: null };

  async function plan(answers: Answers, serving: Partial<ProjectFacts['serving']> = {}) {
    const facts = { serving: { type: 'instances', capacity: {}, rollout, ...serving } } as const;
    const api = apiBefore({ ...alarmed, ...answers }, { facts });
    const { body } = await api.call('planDecision', { path: { version: 'abalone:3' } });
    const { approval, rejection } = body as { approval: object; rejection: object };
    return { approval, rejection };
  }

  it('of a version that replaces the live one names it, the rollout and the alarms', async () => {
    const answers = { ...registryOf({ 2: approved, 3: pending() }), ...liveOn(2) };
    expect(await plan(answers)).toEqual({
      approval: {
        does: 'rollout',
        replaces: 'abalone:2',
        rollout,
        alarms: ['abalone-rollback-errors'],
        comesBack: 'abalone:2',
      },
      rejection: { does: 'mark-only', comesBack: null },
    });
    expect(await plan(answers, { trial })).toEqual({
      approval: {
        does: 'trial',
        replaces: 'abalone:2',
        trial,
        alarms: [],
        comesBack: 'abalone:2',
      },
      rejection: { does: 'mark-only', comesBack: null },
    });
  });

  it('of the first version creates the endpoint', async () => {
    expect(await plan(registryOf({ 3: pending() }))).toMatchObject({
      approval: { does: 'create-endpoint', ...none },
    });
  });

  it('of a version below a newer one that is approved marks it only', async () => {
    const plans = await plan({ ...registryOf({ 3: pending(), 4: approved }), ...liveOn(4) });
    expect(plans.approval).toEqual({ does: 'mark-only', ...none });
  });

  it('of the live version says what comes back', async () => {
    expect(
      await plan({ ...registryOf({ 1: approved, 2: approved, 3: approved }), ...liveOn(3) }),
    ).toEqual({
      approval: { does: 'nothing', ...none },
      rejection: { does: 'roll-back', comesBack: 'abalone:2', rollout },
    });
    expect(await plan({ ...registryOf({ 2: pending(), 3: approved }), ...liveOn(3) })).toEqual({
      approval: { does: 'nothing', ...none },
      rejection: { does: 'keep-serving', comesBack: 'abalone:3' },
    });
  });

  it('of a version that is rejected does nothing more', async () => {
    const rejected = { ModelApprovalStatus: 'Rejected' };
    const plans = await plan({ ...registryOf({ 3: rejected }), ...liveOn(3) });
    expect(plans).toMatchObject({
      approval: { does: 'rollout', replaces: 'abalone:3' },
      rejection: { does: 'nothing', comesBack: null },
    });
  });

  it('of a version on trial takes it away', async () => {
    const plans = await plan({
      ...registryOf({ 2: approved, 3: approved }),
      ...onTrial,
    });
    expect(plans.rejection).toEqual({ does: 'end-trial', comesBack: 'abalone:2' });
  });

  /** Version 3 beside version 2. */
  const onTrial: Answers = {
    DescribeEndpoint: () => ({
      EndpointConfigName: 'config',
      ProductionVariants: [
        { VariantName: 'AllTraffic', CurrentWeight: 9 },
        { VariantName: 'Challenger', CurrentWeight: 1 },
      ],
    }),
    DescribeEndpointConfig: () => ({
      CreationTime: new Date(NOW),
      ProductionVariants: [
        { VariantName: 'AllTraffic', ModelName: 'm2' },
        { VariantName: 'Challenger', ModelName: 'm3' },
      ],
    }),
    DescribeModel: ({ ModelName }: { readonly ModelName: string }) => ({
      Containers: [{ ModelPackageName: packageArn(Number(ModelName.slice(1))) }],
    }),
  };

  it('has the status of the version and the revision for a decision', async () => {
    const api = apiBefore(registryOf({ 3: approved }));
    const { body } = await api.call('planDecision', { path: { version: 'abalone:3' } });
    expect(body).toMatchObject({
      version: 'abalone:3',
      status: 'Approved',
      revision: revisionOf('Approved', 'bob: Good'),
    });
  });
});

const readCut = async (size: number) => {
  const api = apiBefore({
    ...registryOf({ 3: pending() }),
    GetObject: () => ({
      Body: bodyOf('actual,predicted\n1,2\n3,4'),
      ContentRange: `bytes 0-23/${size}`,
    }),
  });
  const { body } = await api.call('listPredictions', { path });
  expect(api.sent('GetObject')).toEqual([
    { Bucket: 'bucket', Key: 'runs/abalone/d/predictions.csv', Range: 'bytes=0-33554431' },
  ]);
  return (body as { total: number }).total;
};

describe('predictions of a version', () => {
  const place = 's3://bucket/runs/abalone/d/predictions.csv';
  const of = (text: string) => ({ ...registryOf({ 3: pending() }), ...stored({ [place]: text }) });

  it('are every n-th of the test rows', async () => {
    const lines = Array.from({ length: 7 }, (_, index) => `${index},${index + 0.5}`);
    const answers = of(`actual,predicted\n${lines.join('\n')}\n`);
    const ask = async (rows: string) => {
      const { body } = await apiBefore(answers).call('listPredictions', { path, query: { rows } });
      return body as { rows: { row: number }[] };
    };
    expect(await ask('3')).toEqual({
      version: 'abalone:3',
      kind: 'numbers',
      classes: [],
      total: 7,
      rows: [
        { row: 1, actual: 0, predicted: 0.5 },
        { row: 4, actual: 3, predicted: 3.5 },
        { row: 7, actual: 6, predicted: 6.5 },
      ],
    });
    const rowsOf = async (rows: string) => (await ask(rows)).rows.map(({ row }) => row);
    expect(await rowsOf('7')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await rowsOf('4')).toEqual([1, 3, 5, 7]);
    expect(await rowsOf('1')).toEqual([1]);
  });

  it('of a classifier have the probability of each class', async () => {
    const text = 'actual,predicted,probability_no,probability_yes\nyes,no,0.75,0.25\n';
    const { body } = await apiBefore(of(text)).call('listPredictions', { path });
    expect(body).toEqual({
      version: 'abalone:3',
      kind: 'classes',
      classes: ['no', 'yes'],
      total: 1,
      rows: [{ row: 1, actual: 'yes', predicted: 'no', probabilities: [0.75, 0.25] }],
    });
  });

  it('of a file of more than 32 MiB are those of its whole lines', async () => {
    expect([await readCut(33_554_432), await readCut(33_554_433)]).toEqual([2, 1]);
  });

  it.each([
    ['without an evaluation', {}],
    ['without the file', notes],
  ])('%s are not there', async (_name, own) => {
    const api = apiBefore(registryOf({ 3: pending(own) }));
    expect(problemOf(await api.call('listPredictions', { path }))).toEqual({
      status: 404,
      kind: 'predictions-not-found',
      detail: 'The evaluation of abalone:3 has no predictions.csv.',
    });
  });

  it('that S3 does not let the API read are an error', async () => {
    const api = apiBefore({
      ...registryOf({ 3: pending() }),
      GetObject: () => {
        throw awsError('AccessDenied');
      },
    });
    expect((await api.call('listPredictions', { path })).status).toBe(500);
  });
});

const numbers = (...rows: readonly string[]) => `actual,predicted\n${rows.join('\n')}\n`;

/** The checksums of the test parts, by their folders. As under a key of KMS, no two entity tags are equal. */
const rowsOf = (checksums: Readonly<Record<string, string>>): Answers => ({
  ListObjectsV2: ({ Prefix }: { readonly Prefix: string }) => ({
    Contents: checksums[Prefix] && [{ Key: `${Prefix}part.csv`, ETag: Prefix }],
  }),
  HeadObject: ({ Key, ChecksumMode }: HeadObjectCommandInput) => ({
    ETag: Key,
    ...(ChecksumMode === 'ENABLED' && {
      ChecksumCRC64NVME: checksums[Key?.replace('part.csv', '') ?? ''],
    }),
  }),
});

const folderOf = (number: number) => ({
  ...notes,
  champion: 'none',
  evaluation: `s3://bucket/runs/${number}/evaluation.json`,
  manifest: `s3://bucket/runs/${number}/manifest.json`,
  folder: `runs/${number}/`,
});

describe('two versions', () => {
  const query = { one: 'abalone:2', other: 'abalone:3' };
  const two = pending({
    ...folderOf(2),
    'metric.mse': '5',
    'metric.r2': '0.5',
    hyperparameters: 'max_depth=4 eta=0.2',
  });
  const three = pending(folderOf(3));
  const registry = registryOf({ 2: two, 3: three });
  const sameRows = rowsOf({ 'runs/2/prepared/test/': '"e"', 'runs/3/prepared/test/': '"e"' });
  const otherRows = rowsOf({ 'runs/2/prepared/test/': '"e"', 'runs/3/prepared/test/': '"f"' });

  it('are compared by metrics, settings and columns', async () => {
    const column = { name: 'length', type: 'number', missing: 0 };
    const columnsOfTwo = [
      { ...column, minimum: 0, maximum: 2, optional: true },
      { name: 'sex', type: 'category', values: ['F', 'M'], ignore: true, missing: 0 },
      { name: 'rings', type: 'integer', missing: 0 },
    ];
    const columnsOfThree = [column, { name: 'rings', type: 'integer', missing: 0 }];
    const bounds = [
      { metric: 'mse', over: 'out-of-fold', maximum: 7, at: 'value' },
      { metric: 'mse', over: 'test', maximum: 6, minimum: 1, at: 'upper' },
    ] as const;
    const api = apiBefore(
      {
        ...registry,
        ...sameRows,
        ...stored({
          's3://bucket/runs/2/manifest.json': JSON.stringify({
            ...manifest,
            columns: columnsOfTwo,
          }),
          's3://bucket/runs/3/manifest.json': JSON.stringify({
            ...manifest,
            columns: columnsOfThree,
          }),
        }),
      },
      { facts: { gate: { bounds: [...bounds] } } },
    );
    const { body } = await api.call('compareModels', { query });
    expect(body).toMatchObject({
      one: { version: 'abalone:2' },
      other: { version: 'abalone:3' },
      isSameData: true,
      isSameRows: true,
    });
    const { metrics, settings, columns } = body as Record<string, unknown>;
    expect(metrics).toEqual([
      {
        metric: 'mse',
        over: 'test',
        one: 5,
        other: 4.5,
        difference: -0.5,
        bound: { minimum: 1, maximum: 6, at: 'upper' },
      },
      {
        metric: 'mse',
        over: 'out-of-fold',
        one: 4.75,
        other: 4.75,
        difference: 0,
        bound: { maximum: 7, at: 'value' },
      },
      { metric: 'r2', over: 'test', one: 0.5 },
    ]);
    expect(settings).toEqual([
      { name: 'max_depth', one: '4', other: '6' },
      { name: 'eta', one: '0.2', other: '0.2=a' },
    ]);
    expect(columns).toEqual([
      { name: 'length', one: 'number, at least 0, at most 2, optional', other: 'number' },
      { name: 'sex', one: 'category, one of F M, ignored' },
    ]);
  });

  it.each([
    ['no manifest is there', {}, false],
    ['only one is there', { 's3://bucket/runs/2/manifest.json': 'f' }, false],
    [
      'they differ',
      { 's3://bucket/runs/2/manifest.json': 'f', 's3://bucket/runs/3/manifest.json': 'g' },
      false,
    ],
  ])('are not of the same data where %s', async (_name, digests, isSame) => {
    const objects = Object.fromEntries(
      Object.entries(digests).map(([place, sha256]) => [
        place,
        JSON.stringify({ ...manifest, sha256 }),
      ]),
    );
    const api = apiBefore({ ...registry, ...otherRows, ...stored(objects) });
    const { body } = await api.call('compareModels', { query });
    expect(body).toMatchObject({ isSameData: isSame, isSameRows: false });
  });

  it('of different projects cannot be compared', async () => {
    const api = apiBefore({ ...registry, ...sameRows });
    const answer = await api.call('compareModels', {
      query: { one: 'abalone:2', other: 'titanic:3' },
    });
    expect(problemOf(answer)).toEqual({
      status: 409,
      kind: 'different-projects',
      detail:
        'abalone:2 and titanic:3 are of different projects, whose metrics mean different things.',
    });
  });
  const own = {
    's3://bucket/runs/2/predictions.csv': numbers('1,1.5', '2,2.5', '3,3.5'),
    's3://bucket/runs/3/predictions.csv': numbers('1,1.25', '2,2.25'),
  };

  it('that were measured on the same rows have pairs of predictions', async () => {
    const api = apiBefore({ ...registry, ...sameRows, ...stored(own) });
    const { body } = await api.call('comparePredictions', { query });
    expect(body).toEqual({
      ...query,
      kind: 'numbers',
      classes: [],
      total: 3,
      rows: [
        { row: 1, actual: 1, one: 1.5, other: 1.25 },
        { row: 2, actual: 2, one: 2.5, other: 2.25 },
      ],
    });
    expect(api.sent('ListObjectsV2')).toEqual([
      { Bucket: 'bucket', Prefix: 'runs/2/prepared/test/' },
      { Bucket: 'bucket', Prefix: 'runs/3/prepared/test/' },
    ]);
  });

  it('of which one was the champion of the other have pairs over the rows of the other', async () => {
    const champion = packageArn(2);
    const compared = registryOf({ 2: two, 3: pending({ ...folderOf(3), champion }) });
    const objects = stored({
      ...own,
      's3://bucket/runs/3/champion-predictions.csv':
        'actual,predicted,probability_a,probability_b\na,b,0.25,0.75\n',
      's3://bucket/runs/3/predictions.csv':
        'actual,predicted,probability_a,probability_b\na,a,0.5,0.5\n',
    });
    const ask = async (asked: typeof query) =>
      (
        await apiBefore({ ...compared, ...otherRows, ...objects }).call('comparePredictions', {
          query: asked,
        })
      ).body;
    expect(await ask(query)).toEqual({
      ...query,
      kind: 'classes',
      classes: ['a', 'b'],
      total: 1,
      rows: [
        {
          row: 1,
          actual: 'a',
          one: 'b',
          other: 'a',
          oneProbabilities: [0.25, 0.75],
          otherProbabilities: [0.5, 0.5],
        },
      ],
    });
    expect(await ask({ one: 'abalone:3', other: 'abalone:2' })).toMatchObject({
      rows: [{ one: 'a', other: 'b' }],
    });
  });

  it.each([
    ['were measured on different rows', otherRows],
    ['left no test rows', rowsOf({})],
  ])('that %s have no pairs', async (_name, rows) => {
    const api = apiBefore({ ...registry, ...rows, ...stored(own) });
    expect(problemOf(await api.call('comparePredictions', { query }))).toEqual({
      status: 409,
      kind: 'different-rows',
      detail:
        'abalone:2 and abalone:3 were measured on different rows, and neither was the champion that the other was compared with.',
    });
  });

  it('without a folder have no rows in common', async () => {
    const api = apiBefore(registryOf({ 2: approved, 3: approved }));
    const answer = await api.call('comparePredictions', { query });
    expect(problemOf(answer).kind).toBe('different-rows');
    expect(api.sent('ListObjectsV2')).toEqual([]);
  });
});

const rejectAs = (first: object, revision: string) =>
  deciding(first).call('rejectModel', { path, body: { reason: 'No', revision } });

const alreadyApproved = (description: string) => ({
  status: 409,
  kind: 'already-decided',
  detail: `abalone:3 is Approved already (${description}); nothing was changed.`,
});

/** A registry in which a version changes, and a table that takes everything. */
function deciding(first: object = {}, more: Answers = {}) {
  let found: object = {
    ModelPackageArn: packageArn(3),
    ModelPackageVersion: 3,
    ModelApprovalStatus: 'PendingManualApproval',
    ...first,
  };
  return apiBefore({
    DescribeModelPackage: () => found,
    UpdateModelPackage: (changes: object) => {
      found = { ...found, ...changes };
      return {};
    },
    PutItem: () => ({}),
    UpdateItem: () => ({}),
    DeleteItem: () => ({}),
    ...more,
  });
}

describe('a decision', () => {
  const place = { TableName: 'requests' };
  const id = { S: `decision#${packageArn(3)}` };
  /** 2026-11-29T20:00:00Z in seconds. */
  const seconds = 1_795_982_400;

  it('is in the registry and in the audit, under a lock of five seconds', async () => {
    const api = deciding();
    const { body } = await api.call('approveModel', { path, body: { reason: 'Better' } });
    expect(body).toEqual({
      version: 'abalone:3',
      status: 'Approved',
      before: 'PendingManualApproval',
      decision: 'ada: Better',
      auditId: '2026-11-29T20:00:00.000Z#an-id',
    });
    expect(api.sent('UpdateModelPackage')).toEqual([
      {
        ModelPackageArn: packageArn(3),
        ModelApprovalStatus: 'Approved',
        ApprovalDescription: 'ada: Better',
      },
    ]);
    expect(auditOf(api.sent('Invoke'))).toEqual([
      {
        auditId: '2026-11-29T20:00:00.000Z#an-id',
        project: 'abalone',
        action: 'approveModel',
        subject: 'abalone:3',
        before: 'PendingManualApproval',
        after: 'Approved',
        reason: 'Better',
      },
    ]);
    expect(api.sent('PutItem')).toEqual([
      {
        ...place,
        Item: {
          id,
          by: { S: 'ada' },
          until: { N: String(seconds + 5) },
          expiration: { N: String(seconds + 60) },
        },
        ConditionExpression:
          'attribute_not_exists(id) OR #until < :now OR (attribute_exists(revision) AND revision = :revision)',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': { N: String(seconds) }, ':revision': { S: '-' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
    expect(api.sent('UpdateItem')).toEqual([
      {
        ...place,
        Key: { id },
        UpdateExpression: 'SET revision = :revision',
        ExpressionAttributeValues: { ':revision': { S: revisionOf('Approved', 'ada: Better') } },
      },
    ]);
    expect(api.sent('DeleteItem')).toEqual([]);
    expect(api.order().slice(2)).toEqual([
      'PutItem',
      'DescribeModelPackage',
      'Invoke',
      'UpdateModelPackage',
      'DescribeModelPackage',
      'UpdateItem',
    ]);
  });

  it('of an approval without a reason says so, and a rejection is a rejection', async () => {
    const api = deciding();
    const first = await api.call('approveModel', { path, body: {} });
    const second = await api.call('rejectModel', { path, body: { reason: 'Worse' } });
    expect(first.body).toMatchObject({ decision: 'ada: Approved without a reason' });
    expect(second.body).toMatchObject({
      status: 'Rejected',
      before: 'Approved',
      decision: 'ada: Worse',
    });
    const audit = auditOf(api.sent('Invoke'));
    expect(audit[0]).not.toHaveProperty('reason');
    expect(audit[1]).toMatchObject({ action: 'rejectModel', after: 'Rejected' });
  });

  it('that was made already is refused', async () => {
    const api = deciding(approved);
    expect(problemOf(await api.call('approveModel', { path }))).toEqual(
      alreadyApproved('bob: Good'),
    );
    expect(api.sent('PutItem')).toEqual([]);
    const without = deciding({ ModelApprovalStatus: 'Approved' });
    expect(problemOf(await without.call('approveModel', { path }))).toEqual(
      alreadyApproved('no reason was given'),
    );
  });

  it('by a person who saw another revision is refused', async () => {
    const stale = await rejectAs(approved, revisionOf('PendingManualApproval'));
    expect(problemOf(stale)).toEqual({
      status: 409,
      kind: 'decided-by-another',
      detail:
        'abalone:3 is Approved now, which it was not when you looked (bob: Good); nothing was changed. Look again, then decide.',
    });
    const bare = await rejectAs({ ModelApprovalStatus: 'Approved' }, 'x');
    expect(problemOf(bare).detail).toContain('(no reason was given)');
    const current = await rejectAs(approved, revisionOf('Approved', 'bob: Good'));
    expect(current.status).toBe(200);
  });

  it('by a person who saw the last one carries its revision to the lock', async () => {
    const api = deciding(approved);
    const revision = revisionOf('Approved', 'bob: Good');
    await api.call('rejectModel', { path, body: { reason: 'No', revision } });
    expect(api.sent('PutItem')).toMatchObject([
      { ExpressionAttributeValues: { ':revision': { S: revision } } },
    ]);
  });

  it.each([
    [{ by: { S: 'bob' } }, 'bob'],
    [undefined, 'Another person'],
  ])('in the turn of another person, %j, is refused', async (Item, who) => {
    const api = deciding(
      {},
      {
        PutItem: () => {
          throw new ConditionalCheckFailedException({
            message: 'The conditional request failed',
            $metadata: {},
            ...(Item === undefined ? {} : { Item }),
          });
        },
      },
    );
    expect(problemOf(await api.call('approveModel', { path }))).toEqual({
      status: 409,
      kind: 'decided-by-another',
      detail: `${who} decides on it right now, or did so in the last 5 seconds; nothing was changed. Look again, then decide.`,
    });
    expect(api.sent('UpdateModelPackage')).toEqual([]);
    expect(api.sent('DeleteItem')).toEqual([]);
  });

  it('is judged again in its own turn', async () => {
    let reads = 0;
    const api = deciding(
      {},
      {
        DescribeModelPackage: () => {
          reads += 1;
          return {
            ModelPackageArn: packageArn(3),
            ...(reads === 1 ? { ModelApprovalStatus: 'PendingManualApproval' } : approved),
          };
        },
      },
    );
    expect(problemOf(await api.call('approveModel', { path })).kind).toBe('already-decided');
    expect(api.sent('Invoke')).toEqual([]);
    expect(api.sent('DeleteItem')).toEqual([{ ...place, Key: { id } }]);
  });

  it.each(['PutItem', 'UpdateModelPackage'])(
    'for which %s fails is not made, and the next may decide at once',
    async (name) => {
      const api = deciding(
        {},
        {
          [name]: () => {
            throw awsError('ThrottlingException');
          },
        },
      );
      const answer = await api.call('approveModel', { path });
      expect(problemOf(answer)).toEqual({
        status: 503,
        kind: 'service-busy',
        detail: 'ThrottlingException; nothing was done. Try again later.',
      });
      expect(api.sent('DeleteItem')).toHaveLength(name === 'PutItem' ? 0 : 1);
    },
  );

  it('whose message is too long for the registry is refused', async () => {
    const api = deciding({}, { UpdateModelPackage: () => ({}) });
    const answer = await api.call('approveModel', { path, body: { reason: 'x'.repeat(501) } });
    expect(problemOf(answer).kind).toBe('malformed-request');
  });

  it('is seen by the next who looks', async () => {
    const api = deciding(
      {},
      {
        ListModelPackages: () => ({
          ModelPackageSummaryList: [{ ModelPackageArn: packageArn(3) }],
        }),
      },
    );
    const look = async () => {
      const { body } = await api.call('listModels', { query: { project: 'abalone' } });
      return (body as { models: { status: string }[] }).models.map(({ status }) => status);
    };
    expect(await look()).toEqual(['PendingManualApproval']);
    await api.call('approveModel', { path });
    expect(await look()).toEqual(['Approved']);
  });
});
