import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VirtualClock } from '../../engine/index.ts';
import type { PromotionInput } from '../../events/index.ts';
import {
  addArchives,
  answerPromotion,
  BucketTasks,
  ClaimTasks,
  createWorkflowClock,
  fingerprintOf,
  type PromotionAnswers,
  packageArn,
  SageMakerTasks,
  TaskError,
  WorkflowExecution,
} from '../../infra/simulation/index.ts';
import { readDefinition, sharedStack } from '../../infra/testing/project-stack.testing.ts';
import { abaloneInContainers } from '../../infra/testing/served-projects.testing.ts';
import type { Fault } from '../../infra/testing/simulated-endpoint.testing.ts';
import { SimulatedService } from '../../infra/testing/simulated-service.testing.ts';

let definition: string;
let time: VirtualClock;
let bucket: BucketTasks;
let registry: SageMakerTasks;
let claims: ClaimTasks;
let ecs: SimulatedService;
let executions: WorkflowExecution[];

beforeAll(() => {
  definition = readDefinition(sharedStack(abaloneInContainers).stack, 'Promotion');
}, 120_000);

beforeEach(() => {
  time = createWorkflowClock();
  bucket = new BucketTasks();
  registry = new SageMakerTasks();
  claims = new ClaimTasks();
  ecs = new SimulatedService(time);
  executions = [];
});

function register(version: number, fault?: Fault, champion = version - 1): void {
  addArchives(bucket, version);
  registry.register(version, 'Approved', {
    fingerprint: fingerprintOf(bucket, version),
    champion: packageArn(champion),
  });
  if (fault !== undefined) ecs.faults.set(packageArn(version), fault);
}

function begin(
  version: number,
  approvalStatus: PromotionInput['approvalStatus'] = 'Approved',
  overrides: PromotionAnswers = {},
): WorkflowExecution {
  const answers = {
    'Look up owner of endpoint': ({ ExecutionArn: arn }: Record<string, unknown>) => ({
      Status: executions.find(({ executionArn }) => executionArn === arn)?.status ?? 'RUNNING',
    }),
    ...ecs.answers,
    ...overrides,
  };
  const execution = new WorkflowExecution(
    {
      definition,
      input: { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus },
      answer: answerPromotion(bucket, registry, answers, claims),
      executionName: `promotion-${executions.length}`,
    },
    time,
  );
  executions.push(execution);
  return execution;
}

function end(...all: readonly WorkflowExecution[]): readonly string[] {
  while (all.some(({ status }) => status === 'RUNNING')) {
    if (!time.step()) throw new Error('stuck');
  }
  return all.map(({ path }) => path.at(-1) ?? '');
}

describe('a promotion to containers', () => {
  it('creates the service of the first model, with a revision that names its archives', () => {
    register(1);

    const execution = begin(1);

    expect(end(execution)).toEqual(['Live']);
    expect(execution.path).toMatchSnapshot();
    expect(ecs.livePackage).toBe(packageArn(1));
    expect([...ecs.revisions.values()]).toEqual([
      {
        tags: {
          'stepmill:package': packageArn(1),
          'stepmill:release': expect.stringMatching(/^abalone-v1-/),
        },
        environment: expect.objectContaining({
          MODEL_URLS:
            's3://bucket/runs/abalone/d1/prepared/preprocessor/model.tar.gz s3://bucket/runs/abalone/d1/training/t/output/model.tar.gz',
          MODEL_ETAGS: expect.stringMatching(/^\S+ \S+$/),
          CAPTURE_PERCENT: '10',
          CAPTURE_URL: 's3://bucket/captured/abalone/abalone/AllTraffic',
          PORT: '8080',
        }),
      },
    ]);
    expect(ecs.scaling).toMatchObject([
      { MinCapacity: 2, MaxCapacity: 6 },
      {
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'ECSServiceAverageCPUUtilization',
          },
        },
      },
    ]);
  });

  it('lets ECS shift requests to the next model, and sends test rows meanwhile', () => {
    register(1);
    end(begin(1));
    register(2);

    const execution = begin(2);

    expect(end(execution)).toEqual(['Live']);
    expect(ecs.livePackage).toBe(packageArn(2));
    expect(execution.path).toContain('Send test rows');
    expect(registry.packages[1]?.metadata).toMatchObject({ promotion: 'Live' });
  });

  it.each(['errors', 'slow', 'nonsense'] as const)(
    'says why ECS took a model back that is bad: %s',
    (fault) => {
      register(1);
      end(begin(1));
      register(2, fault);

      const execution = begin(2);

      expect(end(execution)).toEqual(['Rolled back']);
      expect(ecs.livePackage).toBe(packageArn(1));
      expect(execution.ended.cause).toContain('In alarm: abalone-rollback-');
      expect(execution.ended.cause).toContain('Service deployment rolled back');
      expect(registry.packages[1]).toMatchObject({ status: 'Rejected' });
    },
  );

  it('rolls back itself where ECS does not watch the alarms, because one was raised at the begin', () => {
    register(1);
    end(begin(1));
    register(2);
    ecs.raisesBeforeDeployment = true;

    const execution = begin(2);

    expect(end(execution)).toEqual(['Rolled back']);
    expect(ecs.deployments.at(-1)).toMatchObject({ watches: false, status: 'ROLLBACK_SUCCESSFUL' });
    expect(execution.path).toContain('Roll back deployment');
  });

  it('leaves an alarm out that does not become quiet, so that ECS watches the others', () => {
    register(1);
    end(begin(1));
    register(2);
    ecs.alarms.set('abalone-rollback-latency', 'Threshold Crossed: the live model is slow');

    const execution = begin(2);

    expect(end(execution)).toEqual(['Live']);
    expect(execution.path).toContain('Wait for rollback alarms');
    expect(ecs.deployments.at(-1)).toMatchObject({ watches: true });
    expect(execution.ended.output).toMatchObject({
      reason: expect.stringContaining('abalone-rollback-latency'),
    });
  });

  it('ends a deployment whose tasks do not become healthy', () => {
    register(1);
    end(begin(1));
    register(2);
    ecs.faults.set(packageArn(2), 'unhealthy');

    const execution = begin(2);

    expect(end(execution)).toEqual(['Rolled back']);
    expect(execution.path).toContain('Stop late deployment');
    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('removes the service of a first model that never becomes healthy, or answers wrongly', () => {
    register(1);
    ecs.faults.set(packageArn(1), 'unhealthy');
    const first = begin(1);

    expect(end(first)).toEqual(['Rolled back']);
    // ECS has nothing to roll back to.
    expect(first.path).not.toContain('Stop late deployment');

    register(2, 'nonsense', 0);
    expect(end(begin(2))).toEqual(['Rolled back']);
    while (time.step());
    expect(ecs.service).toBeUndefined();
  });

  it('gives a service that was made for the rolling rollout its second target group, once', () => {
    register(1);
    end(begin(1));
    if (ecs.service !== undefined) ecs.service.canShift = false;
    register(2);
    const second = begin(2);

    expect(end(second)).toEqual(['Live']);

    register(3);
    const third = begin(3);
    expect(end(third)).toEqual(['Live']);
    expect(
      [second, third].map(({ path }) => path.find((name) => name.startsWith('Update service'))),
    ).toEqual(['Update service and target groups', 'Update service']);
  });

  // What ECS answered in a new account: https://github.com/awslabs/fargatecli/issues/35
  it('waits for the service-linked role of the first service of an account', () => {
    register(1);
    let attempts = 0;
    const create = ecs.answers['Create service'];

    const execution = begin(1, 'Approved', {
      'Create service': (request) => {
        attempts += 1;
        if (attempts > 1) return create?.(request);
        throw new TaskError(
          'Ecs.InvalidParameterException',
          'Unable to assume the service linked role. Please verify that the ECS service linked role exists. (Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException)',
        );
      },
    });

    expect(end(execution)).toEqual(['Live']);
    expect(execution.path).toContain('Wait to create service');
  });

  it('waits until a removed service has drained, then creates it again', () => {
    register(1);
    end(begin(1));
    ecs.answers['Remove service']?.({});
    register(2);

    expect(end(begin(2))).toEqual(['Live']);
    expect(ecs.livePackage).toBe(packageArn(2));
  });

  it('verifies what no alarm noticed, and goes back', () => {
    register(1);
    end(begin(1));
    register(2);

    const execution = begin(2, 'Approved', {
      'Verify answers': () => ({
        Payload: { sent: 4, failed: 0, wrong: 1, answers: [], findings: ['row 1: answered 7'] },
      }),
    });

    expect(end(execution)).toEqual(['Rolled back']);
    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('goes back to the revision before when the live model is rejected', () => {
    register(1);
    end(begin(1));
    register(2);
    end(begin(2));
    registry.reject(2);

    expect(end(begin(2, 'Rejected'))).toEqual(['Live']);

    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('lets the newest of several approvals win, one after another', () => {
    register(1);
    end(begin(1));
    register(2);
    const first = begin(2);
    register(3, undefined, 1);
    const second = begin(3);

    expect(end(first, second).toSorted()).toEqual(['Already live', 'Live']);
    expect(ecs.livePackage).toBe(packageArn(3));
  });

  it('keeps the last revisions, and removes those before', () => {
    for (const version of [1, 2, 3, 4, 5]) {
      register(version);
      end(begin(version));
    }

    expect(ecs.revisions.size).toBe(4);
    expect(ecs.revisions.has(String(ecs.service?.revision))).toBe(true);
  });
});
