import { describe, expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import { defineProject, findCapturePercent, ProjectError, type ProjectInput } from './index.ts';
import { bakingSeconds } from './serving-fields.ts';

const withServing = (serving: object): ProjectInput =>
  ({ ...abalone, monitoring: undefined, retraining: undefined, serving }) as ProjectInput;

function mistakesOf(serving: object): readonly string[] {
  try {
    defineProject(withServing(serving));
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes;
  }
}

describe('models on Lambda', () => {
  it('have defaults for all of it', () => {
    const { serving } = defineProject(withServing({ type: 'lambda' }));

    expect(serving).toEqual({
      type: 'lambda',
      memoryMb: 1_769,
      timeoutSeconds: 29,
      ephemeralStorageMb: 512,
      rollout: { type: 'all-at-once', bakeSeconds: 300 },
      alarms: {
        errorPercent: 1,
        p99LatencyMilliseconds: 500,
        wrongAnswers: 1,
        errorIncreasePercent: 5,
        throttledPercent: 5,
        named: [],
      },
      capturePercent: 10,
      keepPrevious: 3,
      gatherSeconds: 5,
      pollSeconds: 15,
    });
    expect(findCapturePercent(serving)).toBe(10);
  });

  it('name all mistakes at once', () => {
    expect(
      mistakesOf({
        type: 'lambda',
        memoryMb: 20_000,
        timeoutSeconds: 0,
        rollout: { type: 'canary', size: { percent: 100 } },
        capturePercent: 101,
        speling: 1,
      }),
    ).toMatchInlineSnapshot(`
      [
        "serving.memoryMb: must be at most 10240, Lambda's limit; with more, use "container"; got 20000.",
        "serving.timeoutSeconds: must be at least 1; got 0.",
        "serving.rollout.size.percent: must be at most 99; got 100.",
        "serving.capturePercent: must be at most 100; got 101.",
        "serving.speling: is not a project field; remove or rename it.",
      ]
    `);
  });

  it.each<[string, unknown, string]>([
    ['instanceType', 'ml.m5.large', 'a function has a size in memory'],
    ['instanceCount', 1, 'Lambda starts as many as requests need'],
    ['autoscaling', {}, 'Lambda scales them by itself'],
    ['network', {}, 'without a VPC'],
    ['volumeKmsKeyArn', 'arn:aws:kms:k', 'a function has no volume'],
    ['trial', { type: 'ab', percent: 10 }, 'a trial needs a variant'],
  ])('have no %s', (field, value, reason) => {
    expect(mistakesOf({ type: 'lambda', [field]: value })).toEqual([
      expect.stringMatching(
        new RegExp(`^serving\\.${field}: is not for models on Lambda: .*${reason}`),
      ),
    ]);
  });

  it.each<[string, object, string]>([
    [
      'reserved concurrency for one version of two',
      { provisionedConcurrency: 5, reservedConcurrency: 9 },
      'serving.reservedConcurrency: must be at least 10, twice provisionedConcurrency',
    ],
    [
      'a rollout that does not end',
      { rollout: { type: 'linear', stepPercent: 5, waitSeconds: 3_600 } },
      'serving.rollout: must end within 28800 seconds and takes 68700;',
    ],
    [
      'looks that do not fit into a history',
      { pollSeconds: 1, rollout: { type: 'all-at-once', bakeSeconds: 3_600 } },
      'serving.pollSeconds: must be at least 5 for a rollout of 3600 seconds',
    ],
  ])('refuse %s', (_what, change, mistake) => {
    expect(mistakesOf({ type: 'lambda', ...change })).toEqual([expect.stringContaining(mistake)]);
  });

  it.each([
    [{ type: 'all-at-once', bakeSeconds: 60 }, 60],
    [{ type: 'canary', size: { percent: 10 }, waitSeconds: 120, bakeSeconds: 60 }, 180],
    // 40, 80, 100
    [{ type: 'linear', stepPercent: 40, waitSeconds: 120, bakeSeconds: 60 }, 300],
    [{ type: 'linear', stepPercent: 50, waitSeconds: 120, bakeSeconds: 60 }, 180],
  ] as const)('bake through %j for %d seconds', (rollout, seconds) => {
    expect(bakingSeconds(rollout)).toBe(seconds);
  });
});

describe('models in containers', () => {
  it('have defaults for all of it, in two zones', () => {
    expect(defineProject(withServing({ type: 'container' })).serving).toMatchObject({
      vcpu: 1,
      memoryMb: 2_048,
      taskCount: 2,
      healthCheckGraceSeconds: 60,
      rollout: { type: 'blue-green', bakeSeconds: 300 },
      capturePercent: 10,
    });
  });

  it.each([
    [0.25, 512],
    [0.25, 2_048],
    [0.5, 1_024],
    [4, 30_720],
    [16, 122_880],
  ])('take %d vCPU with %d MB', (vcpu, memoryMb) => {
    expect(mistakesOf({ type: 'container', vcpu, memoryMb })).toEqual([]);
  });

  it.each([
    [0.25, 1_536, '512, 1024 or 2048 with 0.25 vCPU'],
    [0.25, 4_096, '512, 1024 or 2048 with 0.25 vCPU'],
    [1, 1_024, 'from 2048 to 8192 in steps of 1024 with 1 vCPU'],
    [8, 18_432, 'from 16384 to 61440 in steps of 4096 with 8 vCPU'],
  ])('refuse %d vCPU with %d MB', (vcpu, memoryMb, sizes) => {
    expect(mistakesOf({ type: 'container', vcpu, memoryMb })).toEqual([
      expect.stringContaining(`serving.memoryMb: must be ${sizes}, because Fargate`),
    ]);
  });

  it('name all mistakes at once', () => {
    expect(
      mistakesOf({
        type: 'container',
        vcpu: 3,
        taskCount: 0,
        autoscaling: { minimumTasks: 3, maximumTasks: 2, requestsPerTask: 600, cpuPercent: 50 },
        rollout: { type: 'blue-green', bakeSeconds: 90 },
        certificateArn: 'my-certificate',
        spot: true,
        trial: {},
      }),
    ).toMatchInlineSnapshot(`
      [
        "serving.vcpu: must be 0.25, 0.5, 1, 2, 4, 8, 16 or 32, the sizes that Fargate has; got 3.",
        "serving.taskCount: must be at least 1; got 0.",
        "serving.autoscaling.maximumTasks: maximumTasks must be at least minimumTasks; got 2.",
        "serving.autoscaling: must have one target, requestsPerTask or cpuPercent; got {"minimumTasks":3,"maximumTasks":2,"requestsPerTask":600,"cpuPercent":50}.",
        "serving.certificateArn: must be the ARN of a certificate of ACM or IAM; got "my-certificate".",
        "serving.rollout.bakeSeconds: must be whole minutes in seconds, such as 300, because ECS counts in minutes; got 90.",
        "serving.spot: is not for containers: a task of Fargate Spot ends within two minutes while it serves; remove it or use autoscaling; got true.",
        "serving.trial: is not for containers: a trial needs a variant that can be asked by name; remove it or use "instances"; got {}.",
      ]
    `);
  });

  it('name the host of a certificate with it', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/a';
    const certificateName = 'models.example.com';
    const type = 'container';

    expect(mistakesOf({ type, certificateArn, certificateName })).toEqual([]);
    expect(mistakesOf({ type, certificateArn })).toEqual([
      `serving.certificateArn: needs certificateName, the host that the API in front verifies; got "${certificateArn}".`,
    ]);
    expect(mistakesOf({ type, certificateName })).toEqual([
      'serving.certificateName: needs certificateArn; got "models.example.com".',
    ]);
    expect(mistakesOf({ type, certificateArn, certificateName: '*.example.com' })).toEqual([
      'serving.certificateName: must be a host that the certificate is for, such as "models.example.com"; got "*.example.com".',
    ]);
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
  it('scale on requests with the rollout that ECS supports it with', () => {
    const autoscaling = { minimumTasks: 2, maximumTasks: 4, requestsPerTask: 600 };
    const container = { type: 'container', autoscaling };

    expect(mistakesOf({ ...container, rollout: { type: 'rolling' } })).toEqual([]);
    expect(mistakesOf(container)).toEqual([
      'serving.autoscaling.requestsPerTask: is supported by ECS with the rollout "rolling" only, not with "blue-green"; use cpuPercent; got 600.',
    ]);
  });

  it('refuse looks that do not fit into a history, also where ECS tries until a deployment is late', () => {
    const rollout = { type: 'rolling' };

    expect(mistakesOf({ type: 'container', pollSeconds: 2, rollout })).toEqual([
      expect.stringContaining(
        'serving.pollSeconds: must be at least 3 for a rollout of 1860 seconds',
      ),
    ]);
    expect(mistakesOf({ type: 'container', pollSeconds: 3, rollout })).toEqual([]);
  });

  it('bake through all steps', () => {
    const linear = { type: 'linear', stepPercent: 25, waitSeconds: 60, bakeSeconds: 120 } as const;

    expect(bakingSeconds(linear)).toBe(300);
    expect(bakingSeconds({ type: 'rolling' })).toBe(0);
  });
});
