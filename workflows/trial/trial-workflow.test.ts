import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type InstanceServing, type Project, type Trial } from '../../definition/index.ts';
import type { PromotionInput, TrialDecision } from '../../events/index.ts';
import {
  addArchives,
  answerPromotion,
  BucketTasks,
  fingerprintOf,
  inService,
  type PromotionAnswers,
  packageArn,
  runWorkflow,
  SageMakerTasks,
  TaskError,
  type WorkflowRun,
} from '../../infra/simulation/index.ts';
import { createStack, readDefinition } from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const ab = { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' } as const;
const shadow = {
  type: 'shadow',
  percent: 50,
  timeLimitHours: 2,
  whenTimeIsUp: 'withdraw',
} as const;

let abDefinition: string;
let shadowDefinition: string;
let scaledDefinition: string;
let abClock: string;
let shadowClock: string;

beforeAll(() => {
  const abStack = createStack(trying(ab)).stack;
  abDefinition = readDefinition(abStack, 'Promotion');
  abClock = readDefinition(abStack, 'Trial');
  const shadowStack = createStack(trying(shadow)).stack;
  shadowDefinition = readDefinition(shadowStack, 'Promotion');
  shadowClock = readDefinition(shadowStack, 'Trial');
  const autoscaling = {
    minimumInstances: 1,
    maximumInstances: 4,
    invocationsPerInstance: 100,
    scaleInCooldownSeconds: 300,
    scaleOutCooldownSeconds: 60,
  };
  scaledDefinition = readDefinition(createStack(trying(ab, { autoscaling })).stack, 'Promotion');
});

let sagemaker: SageMakerTasks;
let bucket: BucketTasks;
let promotions: number;

beforeEach(() => {
  sagemaker = new SageMakerTasks();
  bucket = new BucketTasks();
  promotions = 0;
  for (const version of [1, 2, 3, 4]) addArchives(bucket, version);
});

function trying(trial: Trial, more: Partial<InstanceServing> = {}): Project {
  return {
    ...abalone,
    registry: { ...abalone.registry, packaging: 'single-container' },
    serving: { ...abalone.serving, trial, ...more },
  };
}

function approve(version: number): PromotionInput {
  const found = sagemaker.packages.find((entry) => entry.version === version);
  if (found === undefined) {
    sagemaker.containers = 1;
    sagemaker.register(version, 'Approved', {
      fingerprint: fingerprintOf(bucket, version),
      champion: packageArn(1),
    });
  } else found.status = 'Approved';
  return { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus: 'Approved' };
}

function reject(version: number): PromotionInput {
  for (const entry of sagemaker.packages) {
    if (entry.version === version) entry.status = 'Rejected';
  }
  return { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus: 'Rejected' };
}

function decision(kind: TrialDecision['decision'], version: number): TrialDecision {
  return {
    eventId: 'e',
    modelPackageArn: packageArn(version),
    decision: kind,
    trial: sagemaker.endpoint?.config ?? '',
    reason: 'It did well.',
  };
}

function promote(
  input: PromotionInput | TrialDecision,
  overrides: PromotionAnswers = {},
  definition = abDefinition,
): WorkflowRun {
  promotions += 1;
  return runWorkflow({
    definition,
    input,
    executionName: `promotion-${promotions}`,
    answer: answerPromotion(bucket, sagemaker, overrides),
  });
}

/** Who serves: the model of all traffic, or of both variants. */
function serving(): readonly (string | undefined)[] {
  const config = sagemaker.endpoint?.config ?? '';
  const challenger = sagemaker.challengers.get(config);
  return [sagemaker.configs.get(config), challenger?.model]
    .filter((model) => model !== undefined)
    .map((model) => sagemaker.models.get(model));
}

function requestOf({ tasks }: WorkflowRun, state: string): unknown {
  return tasks.find((task) => task.state === state)?.arguments;
}

/** The alarm about errors of the model on trial, as it has been since that minute. */
function errors(StateValue: string, minute: number) {
  return {
    AlarmName: 'abalone-trial-errors',
    StateValue,
    StateReason: 'many',
    StateTransitionedTimestamp: `2026-11-20T00:0${minute}:00Z`,
  };
}

function denied(): never {
  throw new TaskError('CloudWatch.CloudWatchException', 'Access denied');
}

/** What a run does to autoscaling, and when it changes the variants. */
function scalingOf({ tasks }: WorkflowRun): readonly string[] {
  return tasks
    .map(({ state }) => state)
    .filter((state) => /scal|policy|Change variants/i.test(state));
}

/** Version 1 is live and version 2 on trial beside it. */
function beginTrial(definition = abDefinition): WorkflowRun {
  promote(approve(1), {}, definition);
  return promote(approve(2), {}, definition);
}

describe('a project with trials', () => {
  it('lets its first model go live at once', () => {
    const result = promote(approve(1));

    expect(result.output).toMatchObject({ outcome: 'Live' });
    expect(serving()).toEqual([packageArn(1)]);
  });

  it('puts the next one beside it, with a share of the requests and a clock', () => {
    const result = beginTrial();

    expect(result.output).toEqual({
      outcome: 'On trial',
      reason:
        'It answers 20 percent of the requests until 2026-11-21T00:00:00.000Z. Then it takes over.',
      modelPackage: packageArn(2),
    });
    expect(serving()).toEqual([packageArn(1), packageArn(2)]);
    expect(result.path).toMatchSnapshot('path');
    expect(requestOf(result, 'Create trial config')).toMatchSnapshot('config');
    expect(requestOf(result, 'Change variants')).toEqual({
      EndpointName: 'abalone',
      EndpointConfigName: sagemaker.endpoint?.config,
    });
    expect(requestOf(result, 'Verify champion')).toMatchObject({
      Payload: { mode: 'unchanged', variant: 'AllTraffic', baseline: [1, 2, 3] },
    });
    expect(requestOf(result, 'Verify challenger')).toMatchObject({
      Payload: { mode: 'verify', variant: 'Challenger' },
    });
    expect(requestOf(result, 'Start trial clock')).toMatchObject({
      Name: sagemaker.endpoint?.config,
      Input: JSON.stringify({
        trial: sagemaker.endpoint?.config,
        modelPackageArn: packageArn(2),
      }),
    });
    expect(sagemaker.packages[1]?.metadata).toMatchObject({
      promotion: 'On trial',
      promotionReason:
        'It answers 20 percent of the requests until 2026-11-21T00:00:00.000Z. Then it takes over.',
      trialEndsAt: '2026-11-21T00:00:00.000Z',
    });
  });

  it('gives a shadow a copy of the requests and asks it nothing', () => {
    const result = beginTrial(shadowDefinition);

    expect(result.output).toMatchObject({ outcome: 'On trial' });
    expect(requestOf(result, 'Create trial config')).toMatchObject({
      ProductionVariants: [{ VariantName: 'AllTraffic', InitialVariantWeight: 100 }],
      ShadowProductionVariants: [{ VariantName: 'Challenger', InitialVariantWeight: 50 }],
    });
    expect(result.path).toContain('Verify champion');
    expect(result.path).not.toContain('Verify challenger');
  });

  it('finds an approval that came twice on trial already', () => {
    beginTrial();

    const result = promote(approve(2));

    expect(result.path.at(-1)).toBe('Already on trial');
    expect(serving()).toEqual([packageArn(1), packageArn(2)]);
  });

  it.each<[string, string, string]>([
    ['the challenger answers wrongly', 'Verify challenger', 'row 1: answered 99'],
    ['the champion is harmed', 'Verify champion', 'row 1: answered 99'],
  ])('ends it at once when %s', (_what, state, finding) => {
    promote(approve(1));
    const before = sagemaker.endpoint?.config;

    const result = promote(approve(2), {
      [state]: () => ({ Payload: { ...inService, wrong: 1, findings: [finding] } }),
    });

    expect(result.error).toBe('Rolled back');
    expect(result.cause).toContain(finding);
    expect(sagemaker.endpoint?.config).toBe(before);
    expect(sagemaker.packages[1]?.status).toBe('Rejected');
  });

  it('does not leave a trial without its clock', () => {
    promote(approve(1));

    const result = promote(approve(2), {
      'Start trial clock': () => {
        throw new TaskError(
          'Sfn.StateMachineDoesNotExistException',
          'State Machine Does Not Exist',
        );
      },
    });

    expect(result.error).toBe('Rolled back');
    expect(result.cause).toContain('no clock for the trial');
    expect(serving()).toEqual([packageArn(1)]);
  });

  it('lets a model go live at once beside which nothing may stay', () => {
    sagemaker.containers = 1;
    sagemaker.deploy(1);

    const result = promote(approve(2));

    expect(result.output).toMatchObject({ outcome: 'Live' });
    expect(result.path).not.toContain('Change variants');
  });
});

describe('a trial', () => {
  it('that is promoted ends first; then its model takes over behind guardrails', () => {
    beginTrial();

    const result = promote(decision('promote', 2));

    expect(result.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(2) });
    expect(result.path).toMatchSnapshot('path');
    const changes = result.tasks.filter(({ state }) =>
      ['Change variants', 'Update endpoint'].includes(state),
    );
    expect(changes.map(({ state }) => state)).toEqual(['Change variants', 'Update endpoint']);
    expect(changes[1]?.arguments).toHaveProperty('DeploymentConfig');
    expect(serving()).toEqual([packageArn(2)]);
    for (const config of sagemaker.configs.values()) {
      expect([...sagemaker.models.keys()]).toContain(config);
    }
  });

  it.each<[string, () => PromotionInput | TrialDecision, string]>([
    ['by a person who rejects its model', () => reject(2), ''],
    ['by its clock', () => decision('withdraw', 2), 'The trial ended. It did well.'],
  ])('that is withdrawn %s leaves the champion alone', (_who, withdraw, reason) => {
    beginTrial();

    const result = promote(withdraw());

    expect(result.output).toEqual({ outcome: 'Live', reason, modelPackage: packageArn(1) });
    expect(serving()).toEqual([packageArn(1)]);
    expect(sagemaker.packages[1]?.status).toBe('Rejected');
    expect(result.path).not.toContain('Update endpoint');
    expect(result.path).toContain('Verify answers');
  });

  // Values of CustomerMetadataProperties: `([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`, 1 to 256 characters.
  it.each([
    'In alarm: abalone-trial-errors: Threshold Crossed: 1 out of the last 1 datapoints [3.0 (20/11/26 10:14:00)] was greater than the threshold (1.0); it rang',
    "The champion's answers, 50 % of them,\nwere better 😀",
    '\u001b[2J\u0007',
    '',
    'too many errors; '.repeat(500),
  ])('withdraws the model for every reason: %j', (reason) => {
    beginTrial();

    const result = promote({ ...decision('withdraw', 2), reason });

    expect(result.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(1) });
    expect(serving()).toEqual([packageArn(1)]);
    expect(sagemaker.packages[1]).toMatchObject({
      status: 'Rejected',
      metadata: { promotion: 'Withdrawn' },
    });
    expect(sagemaker.packages[0]?.metadata).toMatchObject({ promotion: 'Live' });
  });

  it('is over for a decision that comes late', () => {
    beginTrial();
    const late = decision('promote', 2);
    promote(reject(2));

    const result = promote(late);

    expect(result.output).toMatchObject({
      outcome: 'Nothing changed',
      reason: 'The trial is over.',
    });
    expect(serving()).toEqual([packageArn(1)]);
  });

  it("does not end by the clock of an earlier one's", () => {
    beginTrial();
    const late = decision('promote', 2);
    promote(reject(2));
    promote(approve(2));

    const result = promote(late);

    expect(result.output).toMatchObject({ outcome: 'Nothing changed' });
    expect(serving()).toEqual([packageArn(1), packageArn(2)]);
  });

  it('gives way to a newer approval, which is tried in its place', () => {
    beginTrial();

    const result = promote(approve(3));

    expect(result.output).toMatchObject({ outcome: 'On trial', modelPackage: packageArn(3) });
    expect(serving()).toEqual([packageArn(1), packageArn(3)]);
    expect(result.path.filter((state) => state === 'Change variants')).toHaveLength(1);
  });

  it('does not promote what a newer approval replaced', () => {
    beginTrial();
    const late = decision('promote', 2);
    approve(3);

    const result = promote(late);

    expect(result.output).toMatchObject({ outcome: 'On trial', modelPackage: packageArn(3) });
    expect(serving()).toEqual([packageArn(1), packageArn(3)]);
  });

  it('comes back when the newer one is rejected', () => {
    beginTrial();
    promote(approve(3));

    const result = promote(reject(3));

    expect(result.output).toMatchObject({ outcome: 'On trial', modelPackage: packageArn(2) });
    expect(serving()).toEqual([packageArn(1), packageArn(2)]);
  });

  it('whose champion is rejected lets its model take over', () => {
    beginTrial();

    const result = promote(reject(1));

    expect(result.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(2) });
    expect(serving()).toEqual([packageArn(2)]);
    expect(result.path).toContain('Update endpoint');
  });

  it('changes nothing when a package that serves no request is rejected', () => {
    beginTrial();
    approve(3);

    const result = promote(reject(3));

    expect(result.path.at(-1)).toBe('Nothing changed');
    expect(serving()).toEqual([packageArn(1), packageArn(2)]);
  });

  it('whose model is taken back while it takes over leaves the champion', () => {
    beginTrial();

    const result = promote(decision('promote', 2), {
      'Verify answers': () => ({ Payload: { ...inService, wrong: 20, findings: ['row 1'] } }),
    });

    expect(result.error).toBe('Rolled back');
    expect(serving()).toEqual([packageArn(1)]);
    expect(sagemaker.packages[1]?.status).toBe('Rejected');
  });

  it('that cannot end stays, and a notification is sent', () => {
    beginTrial();

    const result = promote(decision('promote', 2), {
      'Change variants': () => {
        if (sagemaker.endpoint !== undefined) sagemaker.endpoint.reason = 'No capacity.';
        return {};
      },
    });

    expect(result.error).toBe('Failed');
    expect(result.cause).toBe(
      'The endpoint could not go back to one variant, which it must before its next model: No capacity.',
    );
    expect(sagemaker.packages[1]?.status).toBe('Approved');
    expect(serving()).toEqual([packageArn(1), packageArn(2)]);
  });

  it('scales both variants, and stops scaling the one it takes out', () => {
    const begun = beginTrial(scaledDefinition);
    const ended = promote(reject(2), {}, scaledDefinition);

    expect(scalingOf(begun)).toEqual([
      'Pause autoscaling',
      'Change variants',
      'Resume autoscaling',
      'Set scaling policy',
      'Scale challenger',
      'Set challenger policy',
    ]);
    expect(scalingOf(ended)).toEqual([
      'Pause autoscaling',
      'Stop scaling challenger',
      'Change variants',
      'Resume autoscaling',
      'Set scaling policy',
    ]);
    expect(requestOf(begun, 'Scale challenger')).toMatchObject({
      ResourceId: 'endpoint/abalone/variant/Challenger',
    });
  });
});

function runClock(
  definition: string,
  overrides: Readonly<Record<string, () => unknown>> = {},
): WorkflowRun {
  const live = { EndpointStatus: 'InService', EndpointConfigName: 'abalone-v2-x' };
  return runWorkflow({
    definition,
    input: { trial: 'abalone-v2-x', modelPackageArn: packageArn(2) },
    answer: (state) => {
      const own = overrides[state];
      if (own !== undefined) return own();
      return state === 'Describe endpoint' ? live : { MetricAlarms: [] };
    },
  });
}

describe("a trial's clock", () => {
  it('promotes when the time is up', () => {
    const result = runClock(abClock);

    expect(result.path.at(-1)).toBe('Promoted');
    // A day in looks of 87 seconds.
    expect(result.path.filter((state) => state === 'Describe endpoint')).toHaveLength(995);
    expect(requestOf(result, 'Promote')).toEqual({
      StateMachineArn: expect.stringMatching(/stateMachine:abalone-promotion:live$/),
      Name: 'abalone-v2-x-promote',
      Input: expect.stringContaining('"decision":"promote","trial":"abalone-v2-x"'),
    });
  });

  it('withdraws when the time is up', () => {
    const result = runClock(shadowClock);

    expect(result.path.at(-1)).toBe('Withdrawn');
    expect(requestOf(result, 'Withdraw')).toMatchObject({
      Input: expect.stringContaining('"reason":"Its time was up."'),
    });
  });

  it.each<[string, readonly ReturnType<typeof errors>[], string]>([
    [
      'rings about the model on trial',
      [errors('OK', 0), errors('OK', 0), errors('ALARM', 2)],
      'In alarm: abalone-trial-errors: many',
    ],
    [
      'rang between two looks',
      [errors('OK', 0), errors('OK', 2)],
      'abalone-trial-errors: it was in ALARM, and was OK again at 2026-11-20T00:02:00Z',
    ],
    [
      'rings again that rang about the one before',
      [errors('ALARM', 0), errors('OK', 1), errors('ALARM', 3)],
      'In alarm: abalone-trial-errors: many',
    ],
  ])('withdraws at once when an alarm %s', (_what, alarms, reason) => {
    let looks = 0;

    const result = runClock(abClock, {
      'Find alarms': () => {
        looks += 1;
        return { MetricAlarms: [alarms[looks - 1]] };
      },
    });

    expect(looks).toBe(alarms.length);
    expect(result.path.at(-1)).toBe('Withdrawn');
    expect(requestOf(result, 'Withdraw')).toMatchObject({
      Input: expect.stringContaining(reason),
    });
  });

  it.each<[string, readonly ReturnType<typeof errors>[]]>([
    ['rang about the model before', [errors('ALARM', 0), errors('ALARM', 0), errors('OK', 1)]],
    ['had no data yet', [errors('INSUFFICIENT_DATA', 0), errors('OK', 1)]],
  ])('keeps a model whose alarm %s', (_what, alarms) => {
    let looks = 0;

    const result = runClock(abClock, {
      'Find alarms': () => {
        looks += 1;
        return { MetricAlarms: [alarms[looks - 1] ?? alarms.at(-1)] };
      },
    });

    expect(result.path.at(-1)).toBe('Promoted');
  });

  it('withdraws a model whose alarms cannot be read, not one of which they could not be read once', () => {
    let looks = 0;

    const blind = runClock(abClock, { 'Find alarms': denied });
    const blinked = runClock(abClock, {
      'Find alarms': () => {
        looks += 1;
        return looks % 5 === 0 ? { MetricAlarms: [] } : denied();
      },
    });

    expect(blind.path.at(-1)).toBe('Withdrawn');
    expect(blind.path.filter((state) => state === 'Find alarms')).toHaveLength(5);
    expect(requestOf(blind, 'Withdraw')).toMatchObject({
      Input: expect.stringContaining(
        'the alarms could not be read: CloudWatch.CloudWatchException',
      ),
    });
    expect(blinked.path.at(-1)).toBe('Promoted');
  });

  it.each<[string, () => unknown]>([
    [
      'another config is live',
      () => ({ EndpointStatus: 'InService', EndpointConfigName: 'abalone-v1-y' }),
    ],
    [
      'the endpoint is gone',
      () => {
        throw new TaskError(
          'SageMaker.SageMakerException',
          'Could not find endpoint "arn". (Service: SageMaker, Status Code: 400)',
        );
      },
    ],
  ])('is over when %s', (_what, look) => {
    const result = runClock(abClock, { 'Describe endpoint': look });

    expect(result.path.at(-1)).toBe('Already decided');
    expect(result.tasks).toHaveLength(1);
  });

  it('looks again when it could not look, and waits while the endpoint changes', () => {
    let looks = 0;

    const result = runClock(abClock, {
      'Describe endpoint': () => {
        looks += 1;
        if (looks === 1) throw new TaskError('SageMaker.SageMakerException', 'Rate exceeded');
        return {
          EndpointStatus: looks === 2 ? 'Updating' : 'InService',
          EndpointConfigName: looks === 2 ? 'abalone-v2-x' : 'abalone-v1-y',
        };
      },
    });

    expect(looks).toBe(3);
    expect(result.path.at(-1)).toBe('Already decided');
  });

  it('is content when its decision was asked for before', () => {
    const result = runClock(shadowClock, {
      Withdraw: () => {
        throw new TaskError('Sfn.ExecutionAlreadyExistsException', 'Execution Already Exists');
      },
    });

    expect(result.path.at(-1)).toBe('Withdrawn');
  });
});
