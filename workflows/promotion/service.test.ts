import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageArn, TaskError } from '../../infra/simulation/index.ts';
import { sharedDefinition } from '../../infra/testing/project-stack.testing.ts';
import { PromotionStage } from '../../infra/testing/promotion-stage.testing.ts';
import { abaloneInContainers } from '../../infra/testing/served-projects.testing.ts';
import type { Fault } from '../../infra/testing/simulated-alarms.testing.ts';
import { SimulatedService } from '../../infra/testing/simulated-service.testing.ts';

let definition: string;
let stage: PromotionStage<Fault | 'unhealthy', SimulatedService>;
let ecs: SimulatedService;

beforeAll(() => {
  definition = sharedDefinition(abaloneInContainers, 'Promotion');
}, 120_000);

beforeEach(() => {
  stage = new PromotionStage(definition, (time) => new SimulatedService(time));
  ecs = stage.place;
});

describe('a promotion to containers', () => {
  it('creates the service of the first model, with a revision that names its archives', () => {
    stage.register(1);

    const execution = stage.begin(1);

    expect(stage.end(execution)).toEqual(['Live']);
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

  it('lets ECS shift requests to the next model, and sends test rows in between', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(ecs.livePackage).toBe(packageArn(2));
    expect(execution.path).toContain('Send test rows');
    expect(stage.registry.packages[1]?.metadata).toMatchObject({ promotion: 'Live' });
  });

  it.each(['errors', 'slow', 'nonsense'] as const)(
    'says why ECS took a model back that is bad: %s',
    (fault) => {
      stage.register(1);
      stage.end(stage.begin(1));
      stage.register(2, fault);

      const execution = stage.begin(2);

      expect(stage.end(execution)).toEqual(['Rolled back']);
      expect(ecs.livePackage).toBe(packageArn(1));
      expect(execution.ended.cause).toContain('In alarm: abalone-rollback-');
      expect(execution.ended.cause).toContain('Service deployment rolled back');
      expect(stage.registry.packages[1]).toMatchObject({ status: 'Rejected' });
    },
  );

  it('rolls back itself where ECS does not watch the alarms, because one was raised at the begin', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    ecs.raisesBeforeDeployment = true;

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Rolled back']);
    expect(ecs.deployments.at(-1)).toMatchObject({ watches: false, status: 'ROLLBACK_SUCCESSFUL' });
    expect(execution.path).toContain('Roll back deployment');
  });

  it('leaves an alarm out that does not become quiet, so that ECS watches the others', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    ecs.alarms.set('abalone-rollback-latency', 'Threshold Crossed: the live model is slow');

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(execution.path).toContain('Wait for rollback alarms');
    expect(ecs.deployments.at(-1)).toMatchObject({ watches: true });
    expect(execution.ended.output).toMatchObject({
      reason: expect.stringContaining('abalone-rollback-latency'),
    });
  });

  it('waits for a deployment that others began, which ECS would replace by its own', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    ecs.deployElsewhere(300_000);

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(execution.path.filter((name) => name === 'Wait for service deployment')).not.toEqual([]);
    expect(ecs.livePackage).toBe(packageArn(2));
  });

  it('gives up after a day on a deployment that others began, and changes nothing', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    ecs.deployElsewhere(2 * 24 * 3_600_000);

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Failed']);
    expect(execution.ended.cause).toContain('The service was still being changed after 1 day');
    expect(execution.history.length).toBeLessThan(25_000);
    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('ends a deployment whose tasks do not become healthy', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    ecs.faults.set(packageArn(2), 'unhealthy');

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Rolled back']);
    expect(execution.path).toContain('Stop late deployment');
    expect(execution.ended.cause).toMatch(
      /^Service deployment rolled back: stopped by the caller\. \(service abalone\) \(port 8080\) is unhealthy in .* \[500\]\)\. The log group of the tasks says more: \S+\. Service: ROLLBACK_SUCCESSFUL$/,
    );
    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('removes the service of a first model that never becomes healthy, or answers wrongly', () => {
    stage.register(1);
    ecs.faults.set(packageArn(1), 'unhealthy');
    const first = stage.begin(1);

    expect(stage.end(first)).toEqual(['Rolled back']);
    // ECS has nothing to roll back to.
    expect(first.path).not.toContain('Stop late deployment');
    expect(first.ended.cause).toContain('(port 8080) is unhealthy in');

    stage.register(2, 'nonsense', 0);
    expect(stage.end(stage.begin(2))).toEqual(['Rolled back']);
    while (stage.time.step());
    expect(ecs.service).toBeUndefined();
  });

  it('gives a service that was made for the rolling rollout its second target group, once', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    if (ecs.service !== undefined) ecs.service.canShift = false;
    stage.register(2);
    const second = stage.begin(2);

    expect(stage.end(second)).toEqual(['Live']);

    stage.register(3);
    const third = stage.begin(3);
    expect(stage.end(third)).toEqual(['Live']);
    expect(
      [second, third].map(({ path }) => path.find((name) => name.startsWith('Update service'))),
    ).toEqual(['Update service and target groups', 'Update service']);
  });

  // What ECS answered in a new account: https://github.com/awslabs/fargatecli/issues/35
  it('waits for the service-linked role of the first service of an account', () => {
    stage.register(1);
    let attempts = 0;
    const create = ecs.answers['Create service'];

    const execution = stage.begin(1, 'Approved', {
      'Create service': (request) => {
        attempts += 1;
        if (attempts > 1) return create?.(request);
        throw new TaskError(
          'Ecs.InvalidParameterException',
          'Unable to assume the service linked role. Please verify that the ECS service linked role exists. (Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException)',
        );
      },
    });

    expect(stage.end(execution)).toEqual(['Live']);
    expect(execution.path).toContain('Wait to create service');
  });

  it('waits until a removed service has drained, then creates it again', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    ecs.answers['Remove service']?.({});
    stage.register(2);

    expect(stage.end(stage.begin(2))).toEqual(['Live']);
    expect(ecs.livePackage).toBe(packageArn(2));
  });

  it('verifies what no alarm noticed, and goes back', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);

    const execution = stage.begin(2, 'Approved', {
      'Verify answers': () => ({
        Payload: { sent: 4, failed: 0, wrong: 1, answers: [], findings: ['row 1: answered 7'] },
      }),
    });

    expect(stage.end(execution)).toEqual(['Rolled back']);
    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('goes back to the revision before when the live model is rejected', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    stage.end(stage.begin(2));
    stage.registry.reject(2);

    expect(stage.end(stage.begin(2, 'Rejected'))).toEqual(['Live']);

    expect(ecs.livePackage).toBe(packageArn(1));
  });

  it('lets the newest of several approvals win, one after another', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    const first = stage.begin(2);
    stage.register(3, undefined, 1);
    const second = stage.begin(3);

    expect(stage.end(first, second).toSorted()).toEqual(['Already live', 'Live']);
    expect(ecs.livePackage).toBe(packageArn(3));
  });

  it('keeps the last revisions, and removes those before', () => {
    for (const version of [1, 2, 3, 4, 5]) {
      stage.register(version);
      stage.end(stage.begin(version));
    }

    expect(ecs.revisions.size).toBe(4);
    expect(ecs.revisions.has(String(ecs.service?.revision))).toBe(true);
  });
});
