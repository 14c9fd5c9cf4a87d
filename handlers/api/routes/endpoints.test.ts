import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import {
  apiBefore,
  auditOf,
  awsError,
  liveOn,
  NOW,
  packageArn,
  problemOf,
  registryOf,
  resources,
} from '../api.testing.ts';

const at = (seconds: number) => new Date(NOW + seconds * 1_000);
const text = (seconds: number) => at(seconds).toISOString();

/** Version 3 bakes beside version 2. */
const baking: Answers = {
  DescribeEndpoint: () => ({
    EndpointConfigName: 'old',
    EndpointStatus: 'Updating',
    ProductionVariants: [
      {
        VariantName: 'AllTraffic',
        CurrentWeight: 3,
        CurrentInstanceCount: 2,
        DesiredInstanceCount: 4,
      },
    ],
    PendingDeploymentSummary: {
      EndpointConfigName: 'new',
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          CurrentWeight: 1,
          VariantStatus: [
            { Status: 'Baking', StartTime: at(-60), StatusMessage: 'Baking for 300 seconds' },
            { Status: 'ActivatingTraffic' },
          ],
        },
      ],
    },
  }),
  DescribeEndpointConfig: ({ EndpointConfigName }: { readonly EndpointConfigName: string }) => ({
    ProductionVariants: [
      { VariantName: 'Other', ModelName: 'other' },
      { VariantName: 'AllTraffic', ModelName: EndpointConfigName },
    ].toReversed(),
  }),
  DescribeModel: ({ ModelName }: { readonly ModelName: string }) =>
    ModelName === 'old'
      ? { PrimaryContainer: { ModelPackageName: packageArn(2) } }
      : { Containers: [{ ModelPackageName: packageArn(3) }] },
};

const running: Answers = {
  ListExecutions: () => ({
    executions: [{ name: 'p', executionArn: 'arn:p', status: 'RUNNING', startDate: at(-90) }],
  }),
  DescribeExecution: () => ({
    status: 'RUNNING',
    input: JSON.stringify({ modelPackageArn: packageArn(3) }),
  }),
  GetExecutionHistory: () => ({ events: [{ timestamp: at(30) }] }),
};

describe('an endpoint', () => {
  it('is given with its fleets, alarms, bake, capacity and history', async () => {
    const api = apiBefore(
      {
        ...baking,
        ...running,
        DescribeAlarms: () => ({
          MetricAlarms: [
            {
              AlarmName: 'abalone-rollback-errors',
              StateValue: 'OK',
              StateReason: 'No data',
              StateUpdatedTimestamp: at(-10),
              MetricName: 'Invocation5XXErrors',
              ComparisonOperator: 'GreaterThanThreshold',
              Threshold: 1,
              TreatMissingData: 'notBreaching',
            },
            {
              AlarmName: 'abalone-rollback-share',
              Metrics: [{ ReturnData: false, Label: 'hidden' }, { Label: 'Share of errors' }],
            },
            { AlarmName: 'bare', Metrics: [{ Expression: 'a / b' }] },
            {},
          ],
        }),
        GetMetricData: () => ({
          MetricDataResults: [{ Timestamps: [at(-120), at(-60)], Values: [12] }],
        }),
      },
      {
        facts: {
          serving: {
            type: 'instances',
            capacity: { instanceType: 'ml.m5.large', minimumInstances: 1, maximumInstances: 4 },
          },
        },
      },
    );
    const { body, headers } = await api.call('getEndpoint');
    expect(body).toEqual({
      project: 'abalone',
      name: 'abalone',
      place: { type: 'instances', name: 'abalone' },
      status: 'Updating',
      live: 'abalone:2',
      fleets: [
        {
          endpointConfig: 'old',
          variant: 'AllTraffic',
          model: 'abalone:2',
          percent: 75,
          instances: 2,
          wantedInstances: 4,
          phases: [],
        },
        {
          endpointConfig: 'new',
          variant: 'AllTraffic',
          model: 'abalone:3',
          percent: 25,
          phases: [
            { status: 'Baking', since: text(-60), message: 'Baking for 300 seconds' },
            { status: 'ActivatingTraffic' },
          ],
        },
      ],
      bake: { since: text(-60), seconds: 300, asOf: text(0) },
      alarms: [
        {
          name: 'abalone-rollback-errors',
          state: 'OK',
          reason: 'No data',
          since: text(-10),
          metric: 'Invocation5XXErrors',
          comparison: 'GreaterThanThreshold',
          threshold: 1,
          treatMissingData: 'notBreaching',
        },
        { name: 'abalone-rollback-share', state: '', reason: '', metric: 'Share of errors' },
        { name: 'bare', state: '', reason: '', metric: 'a / b' },
        { name: '', state: '', reason: '' },
      ],
      capacity: {
        instanceType: 'ml.m5.large',
        minimumInstances: 1,
        maximumInstances: 4,
        invocationsPerMinute: [
          { at: text(-120), invocations: 12 },
          { at: text(-60), invocations: 0 },
        ],
      },
      history: [{ execution: 'p', status: 'RUNNING', model: 'abalone:3', startedAt: text(-90) }],
    });
    expect(headers['poll-after']).toBe('1');
    expect(api.sent('DescribeAlarms')[0]).toEqual({ AlarmNamePrefix: 'abalone-rollback-' });
    expect(api.sent('ListExecutions')).toEqual([
      { stateMachineArn: resources.promotionStateMachineArn, maxResults: 20 },
    ]);
  });

  it('asks CloudWatch for the requests of each of the last 30 minutes', async () => {
    const api = apiBefore(liveOn(3));
    await api.call('getEndpoint');
    expect(api.sent('GetMetricData')).toEqual([
      {
        StartTime: at(-1_800),
        EndTime: at(0),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          {
            Id: 'invocations',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/SageMaker',
                MetricName: 'Invocations',
                Dimensions: [
                  { Name: 'EndpointName', Value: 'abalone' },
                  { Name: 'VariantName', Value: 'AllTraffic' },
                ],
              },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      },
    ]);
  });

  it('that is not there yet has nothing', async () => {
    const { body, headers } = await apiBefore().call('getEndpoint');
    expect(body).toEqual({
      project: 'abalone',
      name: 'abalone',
      place: { type: 'instances', name: 'abalone' },
      status: 'None',
      live: null,
      fleets: [],
      bake: null,
      alarms: [],
      capacity: { invocationsPerMinute: [] },
      history: [],
    });
    expect(headers['poll-after']).toBe('15');
  });

  it.each([
    ['InService', '15'],
    ['Failed', '15'],
    ['Creating', '1'],
    ['Updating', '1'],
    ['RollingBack', '1'],
  ])('that is %s is asked for again in %s seconds', async (EndpointStatus, seconds) => {
    const api = apiBefore({
      DescribeEndpoint: () => ({ EndpointStatus, FailureReason: 'No capacity' }),
      DescribeEndpointConfig: () => ({}),
    });
    const { body, headers } = await api.call('getEndpoint');
    expect(body).toMatchObject({ status: EndpointStatus, failureReason: 'No capacity' });
    expect(headers['poll-after']).toBe(seconds);
  });

  it('whose promotion still runs is asked for again soon', async () => {
    const { headers } = await apiBefore({ ...liveOn(3), ...running }).call('getEndpoint');
    expect(headers['poll-after']).toBe('1');
  });

  it('whose model is of no package has no live version', async () => {
    const api = apiBefore({ ...liveOn(3), DescribeModel: () => ({ PrimaryContainer: {} }) });
    const { body } = await api.call('getEndpoint');
    expect(body).toMatchObject({ live: null, fleets: [{ percent: 100 }] });
    expect(JSON.stringify(body)).not.toContain('"model"');
  });

  it('of which a variant is in no config any more has a fleet without a model', async () => {
    const api = apiBefore({ ...liveOn(3), DescribeEndpointConfig: () => ({}) });
    const { body } = await api.call('getEndpoint');
    expect(body).toMatchObject({ fleets: [{ variant: 'AllTraffic' }] });
    expect(api.sent('DescribeModel')).toEqual([]);
  });

  it('bakes and counts requests by the clock of API Gateway, which a local runtime sets ahead', async () => {
    const api = apiBefore(baking);
    const { body } = await api.call('getEndpoint', { receivedAt: at(7_200).getTime() });
    expect(body).toMatchObject({ bake: { since: text(-60), asOf: text(7_200) } });
    expect(api.sent('GetMetricData')).toMatchObject([{ StartTime: at(5_400), EndTime: at(7_200) }]);
  });

  it('bakes at least since the bake began, and says only what SageMaker says of its length', async () => {
    const began = at(100);
    const describeBaking = baking['DescribeEndpoint'] as () => {
      PendingDeploymentSummary: { ProductionVariants: object[] };
    };
    const endpoint = describeBaking();
    const [variant] = endpoint.PendingDeploymentSummary.ProductionVariants;
    Object.assign(variant as object, { VariantStatus: [{ Status: 'Baking', StartTime: began }] });
    const api = apiBefore({ ...baking, DescribeEndpoint: () => endpoint });
    const { body } = await api.call('getEndpoint');
    expect((body as { bake: object }).bake).toEqual({ since: text(100), asOf: text(100) });
  });

  it('is that of the last second; what its fleets are of is asked once', async () => {
    let now = NOW;
    const api = apiBefore(liveOn(3), { now: () => now });
    for (const milliseconds of [0, 999, 1]) {
      now += milliseconds;
      await api.call('getEndpoint');
    }
    expect(api.sent('DescribeAlarms')).toHaveLength(4);
    // Of the live model and of the fleet: a config never changes.
    expect(api.sent('DescribeModel')).toHaveLength(2);
  });
});

/** What names a project that serves elsewhere, and how it rolls out. */
const elsewhere = (serving: object): Answers => ({
  GetParameter: () => ({ Parameter: { Value: JSON.stringify({ ...resources, serving }) } }),
});

const variablesOf = (step: number, since: number) => ({
  timestamp: at(since + 1),
  stateExitedEventDetails: {
    name: 'Shift requests',
    assignedVariables: { shift: JSON.stringify({ step, since: text(since) }) },
  },
});

describe('a function', () => {
  const named = elsewhere({ type: 'lambda', functionName: 'abalone-serving', alias: 'live' });
  const rollout = { type: 'linear', stepPercent: 40, waitSeconds: 120, bakeSeconds: 300 } as const;
  const options = {
    facts: { serving: { type: 'lambda', capacity: { memoryMb: 1_769 }, rollout } as const },
  };

  /** Version 3 has the share of the requests that the promotion gave it at the step. */
  function shifting(weights: object, events: readonly object[]): Answers {
    return {
      ...named,
      ...running,
      GetAlias: () => ({
        FunctionVersion: '2',
        RoutingConfig: { AdditionalVersionWeights: weights },
      }),
      GetFunctionConfiguration: ({ Qualifier }: { readonly Qualifier: string }) => ({
        Environment: { Variables: { MODEL_PACKAGE: packageArn(Number(Qualifier)) } },
      }),
      GetExecutionHistory: () => ({ events }),
    };
  }

  it('shows its versions, the share of each and its own names', async () => {
    const api = apiBefore(shifting({ 3: 0.4 }, []), options);
    const { body, headers } = await api.call('getEndpoint');
    expect(body).toMatchObject({
      place: { type: 'lambda', name: 'abalone-serving', alias: 'live' },
      status: 'Updating',
      live: 'abalone:2',
      fleets: [
        { endpointConfig: 'abalone-serving:2', model: 'abalone:2', percent: 60 },
        { endpointConfig: 'abalone-serving:3', model: 'abalone:3', percent: 40 },
      ],
      bake: null,
      capacity: { memoryMb: 1_769 },
    });
    expect(headers['poll-after']).toBe('1');
  });

  it.each([
    ['its first share', { 3: 0.4 }, 0, 120],
    ['its second share', { 3: 0.8 }, 1, 120],
    ['all requests', {}, 2, 300],
  ])('bakes %s since the promotion gave it', async (_name, weights, step, seconds) => {
    const events = [{}, variablesOf(step, -60), variablesOf(step - 1, -600)];
    const api = apiBefore(shifting(weights, events), options);
    const { body } = await api.call('getEndpoint', { receivedAt: at(7).getTime() });
    expect(body).toMatchObject({ bake: { since: text(-60), seconds, asOf: text(7) } });
  });

  it.each([
    ['33 percent, of which the fourth is the last', { stepPercent: 33 }, { 3: 0.99 }, 2, 120],
    ['50 percent, of which the second is the last', { stepPercent: 50 }, {}, 1, 300],
    ['a canary, of which the second is the last', { type: 'canary' }, {}, 1, 300],
  ] as const)('counts shares of %s', async (_name, more, weights, step, seconds) => {
    const { serving } = options.facts;
    const facts = { serving: { ...serving, rollout: { ...rollout, ...more } } };
    const api = apiBefore(shifting(weights, [variablesOf(step, -60)]), { facts });
    const { body } = await api.call('getEndpoint');
    expect(body).toMatchObject({ bake: { since: text(-60), seconds } });
  });

  it.each([
    ['before the first share', { 3: 0.4 }, [variablesOf(-1, -60)]],
    ['after its time', { 3: 0.4 }, [variablesOf(0, -120)]],
    ['when an alarm took the share back', {}, [variablesOf(0, -60)]],
    ['where a variable is of another kind', { 3: 0.4 }, [{ stateExitedEventDetails: {} }]],
  ])('does not bake %s', async (_name, weights, events) => {
    const { body } = await apiBefore(shifting(weights, events), options).call('getEndpoint');
    expect(body).toMatchObject({ bake: null });
  });
});

describe('a service of containers', () => {
  const named = elsewhere({
    type: 'container',
    clusterName: 'abalone-serving',
    serviceName: 'abalone',
    loadBalancer: 'app/abalone/1',
    address: 'https://api.example.com',
  });
  const capacity = { vcpu: 1, memoryMb: 2_048, minimumTasks: 2, maximumTasks: 2 };
  const rollout = { type: 'blue-green', bakeSeconds: 300 } as const;

  /** Revision 3 is deployed beside revision 2. */
  const deploying = (lifecycleStage: string): Answers => ({
    ...named,
    ...running,
    DescribeServices: () => ({
      services: [{ status: 'ACTIVE', taskDefinition: 'arn:td/abalone:3', runningCount: 4 }],
    }),
    ListServiceDeployments: () => ({ serviceDeployments: [{ serviceDeploymentArn: 'arn:d' }] }),
    DescribeServiceDeployments: () => ({
      serviceDeployments: [
        {
          lifecycleStage,
          sourceServiceRevisions: [{ arn: 'arn:r2', requestedProductionTrafficWeight: 0 }],
          targetServiceRevision: { arn: 'arn:r3', requestedProductionTrafficWeight: 100 },
        },
      ],
    }),
    DescribeServiceRevisions: () => ({
      serviceRevisions: [2, 3].map((number) => ({
        serviceRevisionArn: `arn:r${number}`,
        taskDefinition: `arn:td/abalone:${number}`,
      })),
    }),
    DescribeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }) => ({
      tags: [{ key: 'stepmill:package', value: packageArn(Number(taskDefinition.at(-1))) }],
    }),
  });

  it.each([
    ['BAKE_TIME', { seconds: 300, asOf: text(0) }],
    ['SCALE_UP', null],
  ])('at %s shows its revisions, the stage, and the bake that ECS counts', async (stage, bake) => {
    const api = apiBefore(deploying(stage), {
      facts: { serving: { type: 'container', capacity, rollout } as const },
    });
    const { body } = await api.call('getEndpoint');
    expect(body).toMatchObject({
      place: { type: 'container', name: 'abalone', cluster: 'abalone-serving' },
      status: 'Updating',
      live: 'abalone:2',
      fleets: [
        { endpointConfig: 'abalone:2', model: 'abalone:2', percent: 0, phases: [] },
        {
          endpointConfig: 'abalone:3',
          model: 'abalone:3',
          percent: 100,
          phases: [{ status: stage }],
        },
      ],
      bake,
      capacity,
    });
  });
});

const endedPromotion = (execution: object): Answers => ({
  ListExecutions: () => ({
    executions: [
      {
        name: 'p',
        executionArn: 'arn:p',
        status: 'FAILED',
        startDate: at(-90),
        stopDate: at(-9),
      },
    ],
  }),
  DescribeExecution: () => ({ status: 'FAILED', ...execution }),
});

describe('the history of an endpoint', () => {
  const past = {
    execution: 'p',
    status: 'FAILED',
    startedAt: text(-90),
    stoppedAt: text(-9),
  };
  const asked = JSON.stringify({ modelPackageArn: packageArn(3) });
  const output = { outcome: 'Live', reason: 'All well', modelPackage: packageArn(2) };

  it.each([
    [
      'an output',
      { output: JSON.stringify(output), input: asked },
      { outcome: 'Live', reason: 'All well', model: 'abalone:2' },
    ],
    [
      'an error',
      { error: 'E', cause: 'C', input: asked },
      { outcome: 'E', reason: 'C', model: 'abalone:3' },
    ],
    ['an input of another kind', { input: '{"modelPackageArn":3}' }, {}],
    ['no input', {}, {}],
  ])('shows a promotion with %s', async (_name, execution, shown) => {
    const { body } = await apiBefore(endedPromotion(execution)).call('getEndpoint');
    expect((body as { history: object[] }).history).toEqual([{ ...past, ...shown }]);
  });
});

describe('a rollback', () => {
  const approved = { ModelApprovalStatus: 'Approved' };
  const table: Answers = {
    PutItem: () => ({}),
    UpdateItem: () => ({}),
    DeleteItem: () => ({}),
    UpdateModelPackage: () => ({}),
  };
  const body = { reason: 'Complaints' };

  it('rejects the live version', async () => {
    const api = apiBefore({ ...registryOf({ 2: approved, 3: approved }), ...liveOn(3), ...table });
    const answer = await api.call('rollBack', { body });
    expect(answer.body).toMatchObject({
      version: 'abalone:3',
      status: 'Rejected',
      before: 'Approved',
      decision: 'ada: Complaints',
    });
    expect(api.sent('UpdateModelPackage')).toMatchObject([
      { ModelPackageArn: packageArn(3), ModelApprovalStatus: 'Rejected' },
    ]);
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { action: 'rollBack', subject: 'abalone:3', reason: 'Complaints' },
    ]);
  });

  it.each([
    ['without an endpoint', registryOf({ 3: approved }), 'no-live-model'],
    [
      'without another version',
      { ...registryOf({ 3: approved }), ...liveOn(3) },
      'nothing-to-go-back-to',
    ],
    [
      'with others that are not approved',
      { ...registryOf({ 2: { ModelApprovalStatus: 'Rejected' }, 3: approved }), ...liveOn(3) },
      'nothing-to-go-back-to',
    ],
  ])('%s is refused', async (_name, answers, kind) => {
    const api = apiBefore({ ...answers, ...table });
    const answer = problemOf(await api.call('rollBack', { body }));
    expect([answer.status, answer.kind]).toEqual([409, kind]);
    expect(api.sent('UpdateModelPackage')).toEqual([]);
  });

  it('during a trial is refused', async () => {
    const api = apiBefore({
      ...registryOf({ 2: approved, 3: approved }),
      ...liveOn(2),
      DescribeEndpoint: () => ({
        EndpointConfigName: 'config',
        ProductionVariants: [{ VariantName: 'AllTraffic' }, { VariantName: 'Challenger' }],
      }),
    });
    expect(problemOf(await api.call('rollBack', { body }))).toEqual({
      status: 409,
      kind: 'trial-is-on',
      detail:
        'A model is on trial on abalone: if the live one were rejected now, the one on trial would take its place. Nothing was changed. Promote or withdraw the trial first.',
    });
  });

  it('that SageMaker fails is no refusal', async () => {
    const api = apiBefore({
      DescribeEndpoint: () => {
        throw awsError('AccessDeniedException');
      },
    });
    expect((await api.call('rollBack', { body })).status).toBe(500);
  });
});
