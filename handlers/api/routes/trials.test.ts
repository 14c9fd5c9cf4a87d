import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import {
  apiBefore,
  auditOf,
  awsError,
  NOW,
  packageArn,
  problemOf,
  resources,
} from '../api.testing.ts';

const trialStateMachineArn = 'arn:aws:states:us-east-1:1:stateMachine:abalone-trial';
const endsAt = '2026-11-30T20:00:00.000Z';

/** Version 3 beside version 2. */
const onTrial = (endpoint: object, more: Answers = {}): Answers => ({
  GetParameter: () => ({
    Parameter: { Value: JSON.stringify({ ...resources, trialStateMachineArn }) },
  }),
  DescribeEndpoint: () => ({ EndpointConfigName: 'config', ...endpoint }),
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
  DescribeModelPackage: ({ ModelPackageName }: { readonly ModelPackageName: string }) => ({
    ModelPackageArn: ModelPackageName,
    ModelPackageVersion: 3,
    ModelApprovalStatus: 'Approved',
    CustomerMetadataProperties: { trialEndsAt: endsAt, promotionReason: 'It is withdrawn.' },
  }),
  GetExecutionHistory: () => ({ events: [{ timestamp: new Date('2026-11-30T19:00:00Z') }] }),
  ...more,
});

const sides = [
  { VariantName: 'AllTraffic', CurrentWeight: 3 },
  { VariantName: 'Challenger', CurrentWeight: 1 },
];
const abTrial = (more: Answers = {}) => onTrial({ ProductionVariants: sides }, more);
const shadowTrial = (more: Answers = {}) =>
  onTrial(
    { ProductionVariants: sides.slice(0, 1), ShadowProductionVariants: sides.slice(1) },
    more,
  );

const quiet = { invocations: 0, clientErrors: 0, serverErrors: 0 };

const failingClock = (name: string) =>
  apiBefore(
    abTrial({
      GetExecutionHistory: () => {
        throw awsError(name);
      },
    }),
  ).call('getTrial');

describe('a trial', () => {
  it('is given with what SageMaker measured of both models', async () => {
    const api = apiBefore(
      abTrial({
        GetMetricData: ({
          MetricDataQueries,
        }: {
          readonly MetricDataQueries: readonly object[];
        }) => {
          const [query] = MetricDataQueries as {
            readonly MetricStat: {
              readonly Metric: { readonly Dimensions: { readonly Value: string }[] };
            };
          }[];
          const variant = query?.MetricStat.Metric.Dimensions[1]?.Value;
          if (variant !== 'Challenger') return {};
          return {
            MetricDataResults: [
              { Id: 'invocations', Values: [2, 4] },
              { Id: 'client', Values: [1] },
              { Id: 'server', Values: [0, 2] },
              { Id: 'count', Values: [1, 3] },
              { Id: 'p50', Values: [4_000, 8_000] },
              { Id: 'p99', Values: [9_000, 8_000] },
            ],
          };
        },
      }),
    );
    const { body, headers } = await api.call('getTrial');
    expect(body).toEqual({
      trial: {
        type: 'ab',
        endpointConfig: 'config',
        champion: { variant: 'AllTraffic', model: 'abalone:2', percent: 75, ...quiet },
        challenger: {
          variant: 'Challenger',
          model: 'abalone:3',
          percent: 25,
          invocations: 6,
          clientErrors: 1,
          serverErrors: 2,
          p50Milliseconds: 7,
          p99Milliseconds: 9,
        },
        startedAt: new Date(NOW).toISOString(),
        endsAt,
        leftMs: 3_600_000,
        terms: 'It is withdrawn.',
      },
    });
    expect(headers['poll-after']).toBe('1');
    expect(api.sent('ListObjectsV2')).toEqual([]);
    expect(api.sent('GetExecutionHistory')).toEqual([
      {
        executionArn: 'arn:aws:states:us-east-1:1:execution:abalone-trial:config',
        reverseOrder: true,
        maxResults: 1,
      },
    ]);
  });

  it('in the shadow is compared by captured answers, at most twice a minute', async () => {
    let now = NOW;
    const api = apiBefore(shadowTrial({ ListObjectsV2: () => ({}) }), { now: () => now });
    const { body } = await api.call('getTrial');
    expect(body).toMatchObject({
      trial: {
        type: 'shadow',
        champion: { variant: 'AllTraffic', percent: 100 },
        challenger: { variant: 'Challenger', percent: 33 },
        comparison: { requests: 0, unpaired: 0, answers: 0 },
      },
    });
    // Two variants, each a folder of captured answers.
    expect(api.sent('ListObjectsV2')).toHaveLength(2);
    now += 29_999;
    await api.call('getTrial');
    expect(api.sent('ListObjectsV2')).toHaveLength(2);
    now += 1;
    await api.call('getTrial');
    expect(api.sent('ListObjectsV2')).toHaveLength(4);
  });

  it('whose package says nothing has no end', async () => {
    const api = apiBefore(abTrial({ DescribeModelPackage: () => ({}) }));
    const { body } = await api.call('getTrial');
    expect(body).toMatchObject({ trial: { terms: '' } });
    expect(JSON.stringify(body)).not.toMatch(/endsAt|leftMs/);
  });

  it('whose clock has not started yet has no time left', async () => {
    const { body } = await failingClock('ExecutionDoesNotExist');
    expect(body).toMatchObject({ trial: { endsAt } });
    expect(JSON.stringify(body)).not.toContain('leftMs');
    expect((await failingClock('AccessDeniedException')).status).toBe(500);
  });

  it.each([
    ['without an endpoint', {}],
    ['with one model on the endpoint', onTrial({ ProductionVariants: sides.slice(0, 1) })],
  ])('is null %s', async (_name, answers) => {
    const { body, headers } = await apiBefore(answers).call('getTrial');
    expect(body).toEqual({ trial: null });
    expect(headers['poll-after']).toBe('15');
  });

  it('is that of the last second', async () => {
    let now = NOW;
    const api = apiBefore(abTrial(), { now: () => now });
    for (const milliseconds of [0, 999, 1]) {
      now += milliseconds;
      await api.call('getTrial');
    }
    expect(api.sent('DescribeEndpoint')).toHaveLength(2);
    expect(api.sent('GetMetricData')).toHaveLength(4);
  });
});

const noTrial = {
  status: 409,
  kind: 'no-trial',
  detail:
    'No model is on trial on abalone; nothing was changed. serving.trial of abalone puts newly approved models on trial.',
};

describe('the promotion of a trial', () => {
  const executionArn = 'arn:aws:states:us-east-1:1:execution:abalone-promotion:p';
  const starting = { StartExecution: () => ({ executionArn }) };

  it('is asked of the promotion workflow', async () => {
    const api = apiBefore(abTrial(starting));
    const { body } = await api.call('promoteTrial', { body: { reason: 'Fewer errors' } });
    expect(body).toEqual({
      project: 'abalone',
      workflow: 'promotion',
      execution: 'p',
      executionArn,
    });
    const [started] = api.sent('StartExecution') as { readonly input: string }[];
    expect(started).toMatchObject({
      stateMachineArn: resources.promotionStateMachineArn,
      name: undefined,
    });
    expect(JSON.parse(started?.input ?? '')).toEqual({
      eventId: 'ada',
      modelPackageArn: packageArn(3),
      decision: 'promote',
      trial: 'config',
      reason: 'ada: Fewer errors',
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      {
        project: 'abalone',
        action: 'promoteTrial',
        subject: 'abalone:3',
        before: 'On trial',
        after: 'Live',
        reason: 'Fewer errors',
      },
    ]);
  });

  it('without a reason says so, and of a model of no package names the trial', async () => {
    const api = apiBefore(abTrial({ ...starting, DescribeModel: () => ({}) }));
    await api.call('promoteTrial');
    expect(JSON.stringify(api.sent('StartExecution'))).toContain('ada: Promoted without a reason');
    expect(auditOf(api.sent('Invoke'))).toMatchObject([{ subject: 'config' }]);
  });

  it('without a trial is refused', async () => {
    const api = apiBefore();
    expect(problemOf(await api.call('promoteTrial'))).toEqual(noTrial);
    expect(api.sent('Invoke')).toEqual([]);
  });
});

describe('the withdrawal of a trial', () => {
  const body = { reason: 'Slower' };

  it('rejects the version on trial', async () => {
    const api = apiBefore(
      abTrial({ PutItem: () => ({}), UpdateItem: () => ({}), UpdateModelPackage: () => ({}) }),
    );
    const answer = await api.call('withdrawTrial', { body });
    expect(answer.body).toMatchObject({
      version: 'abalone:3',
      status: 'Rejected',
      decision: 'ada: Slower',
    });
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { action: 'withdrawTrial', subject: 'abalone:3', reason: 'Slower' },
    ]);
  });

  it('without a trial is refused', async () => {
    expect(problemOf(await apiBefore().call('withdrawTrial', { body }))).toEqual(noTrial);
  });
});
