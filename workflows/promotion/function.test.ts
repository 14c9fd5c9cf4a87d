import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf, packageArn, TaskError } from '../../infra/simulation/index.ts';
import { sharedDefinition } from '../../infra/testing/project-stack.testing.ts';
import { PromotionStage } from '../../infra/testing/promotion-stage.testing.ts';
import { abaloneOnLambda } from '../../infra/testing/served-projects.testing.ts';
import type { Fault } from '../../infra/testing/simulated-alarms.testing.ts';
import { SimulatedFunction } from '../../infra/testing/simulated-function.testing.ts';

let definition: string;
let stage: PromotionStage<Fault, SimulatedFunction>;
let lambda: SimulatedFunction;

beforeAll(() => {
  definition = sharedDefinition(abaloneOnLambda, 'Promotion');
}, 120_000);

beforeEach(() => {
  stage = new PromotionStage(definition, (time) => new SimulatedFunction(time));
  lambda = stage.place;
});

describe('a promotion on Lambda', () => {
  it('makes the first model live at once, from a version that names its archives', () => {
    stage.register(1);

    const execution = stage.begin(1);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(execution.path).toMatchSnapshot();
    expect(lambda.alias).toEqual({ version: '1', weights: {} });
    expect(lambda.versions.get('1')).toMatchObject({
      variables: {
        MODEL_URLS:
          's3://bucket/runs/abalone/d1/prepared/preprocessor/model.tar.gz s3://bucket/runs/abalone/d1/training/t/output/model.tar.gz',
        MODEL_PACKAGE: packageArn(1),
        MODEL_FINGERPRINT: fingerprintOf(stage.bucket, 1),
        CAPTURE_PERCENT: '10',
        CAPTURE_URL: 's3://bucket/captured/abalone/abalone/AllTraffic',
        MODEL_ETAGS: expect.stringMatching(/^\S+ \S+$/),
      },
      description: expect.stringMatching(/^abalone-v1-/),
    });
    expect([...lambda.provisioned.keys()]).toEqual(['1']);
  });

  it('shifts a share of the requests, then all, and ends without weights', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(lambda.shares).toEqual([0.1, 1]);
    expect(lambda.alias).toEqual({ version: '2', weights: {} });
    expect(lambda.livePackage).toBe(packageArn(2));
    // Warm before it has requests; the version before is not any more.
    expect([...lambda.provisioned.keys()]).toEqual(['2']);
    expect(execution.path).toContain('Send test rows');
    expect(stage.registry.packages[1]?.metadata).toMatchObject({ promotion: 'Live' });
  });

  it.each(['errors', 'slow', 'nonsense', 'throttled'] as const)(
    'takes a model back that is bad: %s',
    (fault) => {
      stage.register(1);
      stage.end(stage.begin(1));
      stage.register(2, fault);

      const execution = stage.begin(2);

      expect(stage.end(execution)).toEqual(['Rolled back']);
      expect(lambda.shares).toEqual([0.1, 1]);
      expect(lambda.alias).toEqual({ version: '1', weights: {} });
      expect([...lambda.provisioned.keys()]).toEqual(['1']);
      expect(execution.ended.cause).toContain('In alarm: abalone-rollback-');
      expect(execution.ended.cause).toContain('Function: version 2 had 10 percent of the requests');
      expect(stage.registry.packages[1]).toMatchObject({ status: 'Rejected' });
    },
  );

  // Error types: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
  it.each(['OSError', 'Runtime.ExitError', 'Sandbox.Timedout', 'Lambda.Unknown'])(
    'sends no client to a version that does not start: %s',
    (errorType) => {
      stage.register(1);
      stage.end(stage.begin(1));
      stage.register(2, 'errors');
      lambda.broken.set(packageArn(2), errorType);

      const execution = stage.begin(2);

      expect(stage.end(execution)).toEqual(['Rolled back']);
      expect(execution.ended.cause).toContain(
        `Version 2 does not start, so that nothing was changed for clients: ${errorType}: the weights are missing (log group `,
      );
      // Once more, because the first start of an image is the slowest.
      expect(execution.ended.tasks.filter(({ state }) => state === 'Try version')).toHaveLength(2);
      expect(execution.path).not.toContain('Provision concurrency');
      expect(lambda.shares).toEqual([]);
      expect(lambda.clients.unlucky).toBe(0);
      expect(lambda.alias).toEqual({ version: '1', weights: {} });
      expect([...lambda.provisioned.keys()]).toEqual(['1']);
      expect(stage.registry.packages[1]).toMatchObject({
        status: 'Rejected',
        metadata: { promotion: 'Rolled back' },
      });
    },
  );

  it('makes no alias for a first model that does not start, and one for the next that does', () => {
    stage.register(1);
    lambda.broken.set(packageArn(1), 'Runtime.ExitError');

    expect(stage.end(stage.begin(1))).toEqual(['Rolled back']);
    expect(lambda.alias).toBeUndefined();
    stage.register(2);
    expect(stage.end(stage.begin(2))).toEqual(['Live']);

    expect(lambda.alias).toEqual({ version: '2', weights: {} });
  });

  it('removes versions that did not start with those of other releases', () => {
    for (const version of [1, 2, 3, 4, 5]) {
      stage.register(version);
      if (version === 1) lambda.broken.set(packageArn(1), 'OSError');
      stage.end(stage.begin(version));
    }

    expect([...lambda.versions.keys()]).toEqual(['2', '3', '4', '5']);
  });

  it('sends no client to a version that says it is not healthy', () => {
    stage.register(1);
    const answer = { Payload: { statusCode: 503, body: 'still loading' } };

    const execution = stage.begin(1, 'Approved', { 'Try version': () => answer });

    expect(stage.end(execution)).toEqual(['Rolled back']);
    expect(execution.ended.cause).toContain('/ping has the status 503: still loading');
    expect(lambda.alias).toBeUndefined();
  });

  it('asks again when it is throttled, and takes a version that starts then', () => {
    stage.register(1);
    let throttles = 5;

    const execution = stage.begin(1, 'Approved', {
      'Try version': (request) => {
        throttles -= 1;
        if (throttles >= 0) throw new TaskError('Lambda.TooManyRequestsException', 'Rate exceeded');
        return lambda.answers['Try version']?.(request);
      },
    });

    expect(stage.end(execution)).toEqual(['Live']);
  });

  it.each(['Lambda.TooManyRequestsException', 'Lambda.KMSAccessDeniedException', 'States.Timeout'])(
    'keeps the approval when Lambda does not say whether the version starts: %s',
    (error) => {
      stage.register(1);
      stage.end(stage.begin(1));
      stage.register(2);

      const execution = stage.begin(2, 'Approved', {
        'Try version': () => {
          throw new TaskError(error, 'no answer');
        },
      });

      expect(stage.end(execution)).toEqual(['Failed']);
      expect(execution.ended.cause).toContain(
        `Lambda did not say whether version 2 starts, so that nothing was changed for clients: ${error}: no answer`,
      );
      expect(lambda.alias).toEqual({ version: '1', weights: {} });
      expect(stage.registry.packages[1]).toMatchObject({ status: 'Approved' });
    },
  );

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
    expect(lambda.alias).toEqual({ version: '1', weights: {} });
    expect([...lambda.provisioned.keys()]).toEqual(['1']);
  });

  it('removes the alias of a first model that answers wrongly', () => {
    stage.register(1, 'nonsense');

    expect(stage.end(stage.begin(1))).toEqual(['Rolled back']);

    expect(lambda.alias).toBeUndefined();
  });

  it('goes back to the version before when the live model is rejected', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    stage.end(stage.begin(2));
    stage.registry.reject(2);

    expect(stage.end(stage.begin(2, 'Rejected'))).toEqual(['Live']);

    expect(lambda.livePackage).toBe(packageArn(1));
    expect(lambda.alias?.weights).toEqual({});
  });

  it('lets the newest of several approvals win, one after another', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    const first = stage.begin(2);
    stage.register(3, undefined, 1);
    const second = stage.begin(3);

    expect(stage.end(first, second).toSorted()).toEqual(['Already live', 'Live']);
    expect(lambda.livePackage).toBe(packageArn(3));
    expect(lambda.shares).toEqual([0.1, 1]);
  });

  it('takes back what a promotion that was stopped had shifted, and begins again', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    lambda.deploy(packageArn(2), 2);
    lambda.alias = { version: '1', weights: { '2': 0.5 } };

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(execution.path).toContain('Take back unfinished shift');
    expect(lambda.shares).toEqual([1, 0.1, 1]);
    expect(lambda.alias).toEqual({ version: '3', weights: {} });
  });

  it('takes requests back when it cannot watch the alarms', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);

    const execution = stage.begin(2, 'Approved', {
      'Watch rollout': () => {
        throw new TaskError('CloudWatch.AccessDeniedException', 'no permission');
      },
    });

    expect(stage.end(execution)).toEqual(['Failed']);
    expect(execution.path).toContain('Take back failed rollout');
    expect(lambda.alias).toEqual({ version: '1', weights: {} });
    expect(stage.registry.packages[1]).toMatchObject({ status: 'Approved' });
  });

  it('publishes its own environment, although a deployment changes the function at the same time', () => {
    stage.register(1);
    lambda.othersChange = 2;

    expect(stage.end(stage.begin(1))).toEqual(['Live']);

    expect(lambda.livePackage).toBe(packageArn(1));
  });

  it('waits for an alarm that is in ALARM before the first share, then leaves it out', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);
    lambda.alarms.set('abalone-rollback-latency', 'Threshold Crossed: the live model is slow');

    const execution = stage.begin(2);

    expect(stage.end(execution)).toEqual(['Live']);
    expect(execution.path).toContain('Wait for rollback alarms');
    expect(execution.ended.output).toMatchObject({
      reason: expect.stringContaining('abalone-rollback-latency'),
    });
  });

  // Events: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it.each([
    [
      'Check function',
      { State: 'Active', LastUpdateStatus: 'InProgress' },
      'Function takes too long',
    ],
    [
      'Check version',
      { State: 'Pending', LastUpdateStatus: 'Successful' },
      'Version takes too long',
    ],
    ['Check provisioned concurrency', { Status: 'IN_PROGRESS' }, 'Nothing provisioned'],
  ])('waits for a day at most, within the history of an execution: %s', (state, answer, last) => {
    stage.register(1);

    const execution = stage.begin(1, 'Approved', { [state]: () => answer });

    expect(stage.end(execution)).toEqual(['Failed']);
    expect(execution.path).toContain(last);
    expect(execution.history.length).toBeLessThan(25_000);
  });

  it('fails by name when nothing can be provisioned, and changes nothing', () => {
    stage.register(1);
    stage.end(stage.begin(1));
    stage.register(2);

    const execution = stage.begin(2, 'Approved', {
      'Check provisioned concurrency': () => ({ Status: 'FAILED', StatusReason: 'no room' }),
    });

    expect(stage.end(execution)).toEqual(['Failed']);
    expect(execution.ended.cause).toContain('could not provision concurrency for version 2');
    expect(execution.ended.cause).toContain('no room');
    expect(lambda.alias).toEqual({ version: '1', weights: {} });
  });

  it('keeps the last versions, and removes those before', () => {
    for (const version of [1, 2, 3, 4, 5, 6]) {
      stage.register(version);
      stage.end(stage.begin(version));
    }

    expect([...lambda.versions.keys()]).toEqual(['3', '4', '5', '6']);
  });

  it('refuses archives that are not the evaluated ones', () => {
    stage.register(1);
    stage.bucket.objects.set('runs/abalone/d1/training/t/output/model.tar.gz', 'another');

    expect(stage.end(stage.begin(1))).toEqual(['Refused']);
    expect(lambda.versions.size).toBe(0);
  });
});
