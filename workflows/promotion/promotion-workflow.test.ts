import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Project } from '../../definition/index.ts';
import type { VirtualClock } from '../../engine/index.ts';
import type { PromotionInput } from '../../events/index.ts';
import {
  addArchives,
  answerPromotion,
  BucketTasks,
  ClaimTasks,
  createWorkflowClock,
  executionArnOf,
  fingerprintOf,
  inService,
  type PromotionAnswers,
  packageArn,
  runWorkflow,
  SageMakerTasks,
  TaskError,
  WorkflowExecution,
} from '../../infra/simulation/index.ts';
import {
  abaloneDefinition,
  createStack,
  readDefinition,
} from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const deny = () => {
  throw new TaskError('SageMaker.SageMakerException', 'Access denied');
};

const lockKey = 'endpoint#abalone';
const HOUR_MS = 3_600_000;
/** Events: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const LONGEST_HISTORY = 25_000;
let definition: string;
let scaledDefinition: string;

beforeAll(() => {
  definition = abaloneDefinition('Promotion');
  const scaled: Project = {
    ...abalone,
    serving: {
      ...abalone.serving,
      autoscaling: {
        minimumInstances: 2,
        maximumInstances: 4,
        invocationsPerInstance: 100,
        scaleInCooldownSeconds: 300,
        scaleOutCooldownSeconds: 60,
      },
      rollout: {
        type: 'canary',
        size: { percent: 10 },
        waitSeconds: 120,
        bakeSeconds: 60,
        executionTimeoutSeconds: 1800,
      },
    },
  };
  scaledDefinition = readDefinition(createStack(scaled).stack, 'Promotion');
});

let sagemaker: SageMakerTasks;
let bucket: BucketTasks;
let claims: ClaimTasks;

beforeEach(() => {
  sagemaker = new SageMakerTasks();
  bucket = new BucketTasks();
  claims = new ClaimTasks();
  for (const version of [1, 2, 3, 4]) addArchives(bucket, version);
});

function approvalOf(version: number): PromotionInput {
  return { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus: 'Approved' };
}

function rejectionOf(version: number): PromotionInput {
  return { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus: 'Rejected' };
}

function promote(input: PromotionInput, overrides: PromotionAnswers = {}, text = definition) {
  const answer = answerPromotion(bucket, sagemaker, overrides, claims);
  return runWorkflow({ definition: text, input, answer });
}

/** A promotion in a time in which other things happen, too, to its end. */
function promoteInTime(
  time: VirtualClock,
  input: PromotionInput,
  overrides: PromotionAnswers,
  text = definition,
) {
  const answer = answerPromotion(bucket, sagemaker, overrides, claims);
  const began = time.now();
  const execution = new WorkflowExecution({ definition: text, input, answer }, time);
  while (execution.status === 'RUNNING') {
    if (!time.step()) throw new Error(`stuck after ${execution.path.join(' > ')}`);
  }
  return { execution, hours: (time.now() - began) / HOUR_MS };
}

function registerApproved(version: number, metadata: Record<string, string> = {}): void {
  sagemaker.register(version, 'Approved', {
    fingerprint: fingerprintOf(bucket, version),
    ...metadata,
  });
}

/** The newest approved package is on the second page. */
const onSecondPage = (request: object) =>
  'NextToken' in request
    ? sagemaker.listApproved(1)
    : { ModelPackageSummaryList: [], NextToken: 'more' };

describe('the promotion workflow', () => {
  it('creates the endpoint for the first approved model', () => {
    registerApproved(1);

    const result = promote(approvalOf(1));

    expect(result.path).toMatchSnapshot('path');
    expect(result.output).toEqual({ outcome: 'Live', reason: '', modelPackage: packageArn(1) });
    expect(sagemaker.models.get(sagemaker.endpoint?.config ?? '')).toBe(packageArn(1));
    expect(sagemaker.packages[0]?.metadata).toMatchObject({ promotion: 'Live' });
    expect(claims.ownerOf(lockKey)).toBeUndefined();
    expect(result.tasks.map(({ state }) => state)).not.toContain('Record live answers');
  });

  it('updates the endpoint behind guardrails and sends rows while it bakes', () => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);
    let looks = 0;

    const result = promote(approvalOf(2), {
      'Watch rollout': () => {
        looks += 1;
        const description = sagemaker.describeEndpoint() as Record<string, unknown>;
        if (looks > 2) return description;
        return {
          ...description,
          EndpointStatus: 'Updating',
          EndpointConfigName: 'abalone-v1-before',
        };
      },
    });

    expect(result.path).toMatchSnapshot('path');
    expect(result.path.at(-1)).toBe('Live');
    expect(result.tasks.filter(({ state }) => state === 'Send test rows')).toHaveLength(2);
    expect(result.tasks.find(({ state }) => state === 'Send test rows')?.arguments).toMatchObject({
      Payload: {
        mode: 'bake',
        baseline: [1, 2, 3],
        key: 'runs/abalone/d2/evaluation/smoke.json',
      },
    });
    expect(
      result.tasks.find(({ state }) => state === 'Update endpoint')?.arguments,
    ).toMatchSnapshot('update');
    expect(
      result.tasks.find(({ state }) => state === 'Create endpoint config')?.arguments,
    ).toMatchSnapshot('config');
  });

  it('lets approvals coalesce: the newest wins, the others find it live', () => {
    for (const version of [1, 2, 3]) registerApproved(version);

    const first = promote(approvalOf(1));
    const second = promote(approvalOf(2));

    expect(first.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(3) });
    expect(second.path.at(-1)).toBe('Already live');
    expect(second.tasks.map(({ state }) => state)).not.toContain('Update endpoint');
  });

  it('waits for the lock while its owner runs', () => {
    registerApproved(1);
    claims.hold(lockKey, executionArnOf('other'));
    let asked = 0;

    const result = promote(approvalOf(1), {
      'Look up owner of endpoint': () => {
        asked += 1;
        if (asked === 3) claims.free(lockKey);
        return { Status: 'RUNNING' };
      },
    });

    expect(asked).toBe(3);
    expect(result.path.filter((state) => state === 'Wait for claim on endpoint')).toHaveLength(3);
    expect(result.path.at(-1)).toBe('Live');
  });

  it.each([
    ['has failed', () => ({ Status: 'FAILED' })],
    [
      'Step Functions does not know',
      () => {
        throw new TaskError('Sfn.ExecutionDoesNotExistException', 'Execution Does Not Exist');
      },
    ],
  ])('takes the lock over from an owner that %s', (_what, askOwner) => {
    registerApproved(1);
    claims.hold(lockKey, executionArnOf('dead'));

    const result = promote(approvalOf(1), { 'Look up owner of endpoint': askOwner });

    expect(result.path).toContain('Take over claim on endpoint');
    expect(result.path.at(-1)).toBe('Live');
    expect(claims.ownerOf(lockKey)).toBeUndefined();
  });

  it('does not take over a lock that another execution has just taken over', () => {
    registerApproved(1);
    claims.hold(lockKey, executionArnOf('dead'));
    let asked = 0;

    const result = promote(approvalOf(1), {
      'Look up owner of endpoint': () => {
        asked += 1;
        if (asked === 1) claims.hold(lockKey, executionArnOf('quicker'));
        if (asked === 2) claims.free(lockKey);
        return { Status: asked === 1 ? 'ABORTED' : 'RUNNING' };
      },
    });

    expect(result.path.filter((state) => state === 'Take over claim on endpoint')).toHaveLength(1);
    expect(result.path.filter((state) => state === 'Wait for claim on endpoint')).toHaveLength(1);
    expect(result.path.at(-1)).toBe('Live');
  });

  it('waits most of a day for the lock, then goes live, within the history that an execution has', () => {
    registerApproved(1);
    claims.hold(lockKey, executionArnOf('other'));
    const since = createWorkflowClock();
    since.setTimer(23 * HOUR_MS, () => claims.free(lockKey));

    const { execution, hours } = promoteInTime(since, approvalOf(1), {
      'Look up owner of endpoint': () => ({ Status: 'RUNNING' }),
    });

    expect(execution.path.at(-1)).toBe('Live');
    expect(hours).toBeLessThan(23.25);
    expect(execution.history.length).toBeLessThan(LONGEST_HISTORY / 4);
  });

  it.each([
    ['at the polls of a second', 1, 10],
    ['as the project says', 15, 15],
  ])('looks at a lock soon at first, %s', (_what, pollSeconds, longestSeconds) => {
    registerApproved(1);
    claims.hold(lockKey, executionArnOf('other'));
    const time = createWorkflowClock();
    time.setTimer(95_000, () => claims.free(lockKey));
    const text = definition.replaceAll('$max([15,', `$max([${pollSeconds},`);

    const { execution } = promoteInTime(
      time,
      approvalOf(1),
      { 'Look up owner of endpoint': () => ({ Status: 'RUNNING' }) },
      text,
    );

    const released = execution.history[0]?.timestamp ?? 0;
    const gathering = execution.history.find(({ details }) => details.name === 'Gather approvals');
    const waited = ((gathering?.timestamp ?? Number.POSITIVE_INFINITY) - released) / 1_000;
    expect(waited).toBeGreaterThan(95);
    expect(waited).toBeLessThanOrEqual(95 + longestSeconds);
  });

  it.each([
    [
      'the lock',
      'Other promotions held the endpoint for 1 day; now arn:aws:states:us-east-1:000000000000:execution:machine:other. Nothing was changed. Approve or reject the package again.',
      () => {
        claims.hold(lockKey, executionArnOf('other'));
        return { 'Look up owner of endpoint': () => ({ Status: 'RUNNING' }) };
      },
    ],
    [
      'the endpoint',
      'The endpoint was still Updating after 1 day. Nothing was changed. Approve or reject the package again.',
      () => {
        sagemaker.endpoint = { status: 'Updating', config: 'abalone-v1-before' };
        return {};
      },
    ],
    [
      'an update',
      'The endpoint was not updated: Cannot update in-progress endpoint "arn".',
      () => ({
        'Update endpoint': () => {
          throw new TaskError(
            'SageMaker.SageMakerException',
            'Cannot update in-progress endpoint "arn".',
          );
        },
      }),
    ],
  ])('ends by name when it has waited a day for %s', (_what, cause, prepareWorld) => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);
    const overrides = prepareWorld();

    const { execution, hours } = promoteInTime(createWorkflowClock(), approvalOf(2), overrides);

    expect(execution.ended).toMatchObject({ status: 'FAILED', error: 'Failed', cause });
    expect(sagemaker.packages[1]).toMatchObject({ metadata: { promotion: 'Failed' } });
    expect(execution.path.filter((state) => state === 'Record outcome')).toHaveLength(1);
    expect(execution.path).toContain('Notify topic');
    expect(hours).toBeGreaterThanOrEqual(24);
    expect(hours).toBeLessThan(24.25);
    expect(execution.history.length).toBeLessThan(LONGEST_HISTORY / 4);
  });

  it('leaves the lock, and what its owner set to rest, when it waited too long', () => {
    registerApproved(1);
    claims.hold(lockKey, executionArnOf('other'));

    const { execution } = promoteInTime(
      createWorkflowClock(),
      approvalOf(1),
      { 'Look up owner of endpoint': () => ({ Status: 'RUNNING' }) },
      scaledDefinition,
    );

    expect(execution.path.slice(-7)).toEqual([
      'Endpoint held too long',
      'Record outcome',
      'Withdraw approval?',
      'Notify topic',
      'Release claim on endpoint',
      'Outcome?',
      'Failed',
    ]);
    expect(claims.ownerOf(lockKey)).toBe(executionArnOf('other'));
  });

  it('leaves what the owner of the lock set to rest when the lock cannot be asked for', () => {
    registerApproved(1);

    const result = promote(
      approvalOf(1),
      {
        'Claim endpoint': () => {
          throw new TaskError('DynamoDB.ResourceNotFoundException', 'Requested resource not found');
        },
      },
      scaledDefinition,
    );

    expect(result.path.slice(0, 3)).toEqual(['Begin', 'Claim endpoint', 'Record outcome']);
    expect(result.cause).toBe(
      'Claim endpoint: DynamoDB.ResourceNotFoundException: Requested resource not found',
    );
  });

  it('changes nothing when a package that is not live is rejected', () => {
    registerApproved(1);
    registerApproved(2);
    sagemaker.register(3, 'Rejected');
    sagemaker.deploy(2);

    const result = promote(rejectionOf(3));

    expect(result.path.slice(-3)).toEqual([
      'Release claim on endpoint',
      'Outcome?',
      'Nothing changed',
    ]);
    expect(result.tasks.map(({ state }) => state)).not.toContain('Notify topic');
  });

  it('goes back to the model approved before when the live one is rejected', () => {
    registerApproved(1);
    sagemaker.register(2, 'Rejected');
    sagemaker.deploy(2);

    const result = promote(rejectionOf(2));

    expect(result.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(1) });
    expect(sagemaker.models.get(sagemaker.endpoint?.config ?? '')).toBe(packageArn(1));
  });

  it('sends a notification when there is nothing to go back to, and leaves the endpoint', () => {
    sagemaker.register(1, 'Rejected');
    sagemaker.deploy(1);

    const result = promote(rejectionOf(1));

    expect(result.path.at(-1)).toBe('Nothing to go back to');
    expect(result.tasks.map(({ state }) => state)).toContain('Notify topic');
    expect(sagemaker.endpoint?.config).toBe('abalone-v1-before');
  });

  it('finds a silent rollback, names the alarms and takes the approval back', () => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);
    let looks = 0;

    const result = promote(approvalOf(2), {
      'Update endpoint': () => {
        const reason = 'Deployment rolled back.';
        sagemaker.endpoint = { status: 'InService', config: 'abalone-v1-before', reason };
        return {};
      },
      'Watch rollout': () => {
        looks += 1;
        if (looks > 1) return sagemaker.describeEndpoint();
        const ProductionVariants = [{ VariantStatus: [{ Status: 'Baking' }] }];
        return {
          EndpointStatus: 'Updating',
          EndpointConfigName: 'abalone-v1-before',
          PendingDeploymentSummary: { ProductionVariants },
        };
      },
      'Find alarms': () => ({
        MetricAlarms: [
          { AlarmName: 'abalone-rollback-errors', StateValue: 'ALARM', StateReason: 'too many' },
          { AlarmName: 'abalone-rollback-latency', StateValue: 'OK', StateReason: 'fine' },
        ],
        CompositeAlarms: [],
      }),
    });

    expect(result.status).toBe('FAILED');
    expect(result.error).toBe('Rolled back');
    expect(result.cause).toBe(
      'Deployment rolled back. In alarm: abalone-rollback-errors: too many Endpoint: InService',
    );
    expect(sagemaker.packages[1]).toMatchObject({
      status: 'Rejected',
      metadata: { promotion: 'Rolled back' },
    });
    expect(claims.ownerOf(lockKey)).toBeUndefined();
  });

  // Values of CustomerMetadataProperties: `([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`, 1 to 256 characters.
  it.each([
    ['Deployment failed; alarms: (a, b), 100 % of', 'Deployment failed alarms: a b 100 percent of'],
    ["It couldn't\nstart 😀", 'It couldnt start'],
    ['x'.repeat(5_000), 'x'.repeat(256)],
  ])('records a rollback for every reason: %#', (reason, recorded) => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);

    const result = promote(approvalOf(2), {
      'Update endpoint': () => {
        sagemaker.endpoint = { status: 'InService', config: 'abalone-v1-before', reason };
        return {};
      },
    });

    expect(result.error).toBe('Rolled back');
    expect(sagemaker.packages[1]).toMatchObject({
      status: 'Rejected',
      metadata: {
        promotion: 'Rolled back',
        promotionReason: expect.stringMatching(new RegExp(`^${recorded}`)),
      },
    });
    const [line = ''] = reason.split('\n');
    expect(sagemaker.packages[1]?.description).toContain(line.slice(0, 1_000));
  });

  it('takes a live model back that answers its own rows wrongly', () => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);
    const findings = ['row 1: answered 99, expected 8.3'];

    const result = promote(approvalOf(2), {
      'Verify answers': () => ({ Payload: { ...inService, wrong: 20, findings } }),
    });

    expect(result.path).toContain('Restore previous config');
    expect(result.error).toBe('Rolled back');
    expect(result.cause).toContain('row 1: answered 99, expected 8.3');
    expect(sagemaker.endpoint?.config).toBe('abalone-v1-before');
  });

  it('removes a first endpoint whose model answers wrongly', () => {
    registerApproved(1);

    const result = promote(approvalOf(1), {
      'Verify answers': () => {
        throw new TaskError('Error', 'no smoke rows');
      },
    });

    expect(result.path).toContain('Remove endpoint');
    expect(result.error).toBe('Rolled back');
    expect(sagemaker.endpoint).toBeUndefined();
  });

  it('waits while another caller updates the endpoint', () => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);
    let tries = 0;

    const result = promote(approvalOf(2), {
      'Update endpoint': (request) => {
        tries += 1;
        if (tries < 3) {
          throw new TaskError(
            'SageMaker.SageMakerException',
            'Cannot update in-progress endpoint "arn". (Service: SageMaker, Status Code: 400)',
          );
        }
        sagemaker.endpoint = { status: 'InService', config: String(request['EndpointConfigName']) };
        return {};
      },
    });

    expect(result.path.filter((state) => state === 'Wait to update endpoint')).toHaveLength(2);
    expect(result.path.at(-1)).toBe('Live');
  });

  it('fails with the reason when an update is refused, and frees the lock', () => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);

    const result = promote(approvalOf(2), {
      'Update endpoint': () => {
        throw new TaskError('SageMaker.SageMakerException', 'Alarm x does not exist.');
      },
    });

    expect(result.error).toBe('Failed');
    expect(result.cause).toBe('The endpoint was not updated: Alarm x does not exist.');
    expect(sagemaker.packages[1]?.status).toBe('Approved');
    expect(claims.ownerOf(lockKey)).toBeUndefined();
  });

  it('replaces a live model whose config was deleted under its feet', () => {
    registerApproved(2);
    sagemaker.deploy(1);
    sagemaker.configs.clear();

    const result = promote(approvalOf(2));

    expect(result.path.at(-1)).toBe('Live');
    expect(sagemaker.models.get(sagemaker.endpoint?.config ?? '')).toBe(packageArn(2));
  });

  it('replaces an endpoint whose creation failed', () => {
    registerApproved(1);
    sagemaker.endpoint = { status: 'Failed', config: 'x' };

    const result = promote(approvalOf(1));

    expect(result.path).toContain('Remove failed endpoint');
    expect(result.path).toContain('Create endpoint');
    expect(result.path.at(-1)).toBe('Live');
  });

  it('compares with a live model that training did not know, and keeps the better one', () => {
    registerApproved(1);
    registerApproved(2, { champion: 'none' });
    sagemaker.deploy(1);
    const comparison = {
      regression_metrics: { mse: { value: 5 } },
      champion: { regression_metrics: { mse: { value: 4 } } },
    };

    const result = promote(approvalOf(2), {
      'Read comparison': () => ({ Body: JSON.stringify(comparison) }),
    });

    expect(result.path).toContain('Compare with live model');
    expect(result.output).toMatchObject({
      outcome: 'Not better',
      reason: "mse 5 is worse than the champion's 4 by more than 2 %",
    });
    expect(sagemaker.packages[1]).toMatchObject({
      status: 'Rejected',
      description: "Stepmill: Not better. mse 5 is worse than the champion's 4 by more than 2 %",
      metadata: {
        promotion: 'Not better',
        promotionReason: 'mse 5 is worse than the champions 4 by more than 2 percent',
      },
    });
    expect(sagemaker.endpoint?.config).toBe('abalone-v1-before');
    expect(
      result.tasks.find(({ state }) => state === 'Compare with live model')?.arguments,
    ).toMatchSnapshot('comparison');
  });

  it('fails with a sentence when the comparison lacks a metric, and leaves the model approved', () => {
    registerApproved(1);
    registerApproved(2, { champion: 'none' });
    sagemaker.deploy(1);
    const comparison = { regression_metrics: { mse: { value: 5 } } };

    const result = promote(approvalOf(2), {
      'Read comparison': () => ({ Body: JSON.stringify(comparison) }),
    });

    expect(result.error).toBe('Failed');
    expect(result.cause).toMatch(
      /^s3:\/\/bucket\/runs\/abalone\/d2\/comparisons\/[0-9a-f]+\/evaluation\.json has no number champion\.regression_metrics\.mse\.value, /,
    );
    expect(result.path).not.toContain('Withdraw approval');
    expect(sagemaker.endpoint?.config).toBe('abalone-v1-before');
  });

  it('refuses artifacts that are not the evaluated ones', () => {
    registerApproved(1);
    bucket.objects.set('runs/abalone/d1/training/t/output/model.tar.gz', 'another');

    const result = promote(approvalOf(1));

    expect(result.error).toBe('Refused');
    expect(result.cause).toContain('not the ones that were evaluated');
    expect(sagemaker.endpoint).toBeUndefined();
  });

  it('finds its archives among any number of other objects', () => {
    for (let index = 0; index < 300; index += 1) {
      bucket.objects.set(`runs/abalone/d1/checkpoints/${index}.bin`, index);
      bucket.objects.set(`runs/abalone/d1/comparisons/${index}/model.tar.gz`, index);
    }
    sagemaker.register(1, 'Approved', {
      fingerprint: fingerprintOf(bucket, 1),
    });

    const result = promote(approvalOf(1));

    expect(result.path.at(-1)).toBe('Live');
  });

  it('refuses a package whose archive is gone', () => {
    registerApproved(1);
    bucket.objects.delete('runs/abalone/d1/prepared/preprocessor/model.tar.gz');

    const result = promote(approvalOf(1));

    expect(result.error).toBe('Refused');
    expect(result.cause).toContain('missing or not the ones that were evaluated');
  });

  it('reads lists to their end', () => {
    for (const version of [1, 2, 3, 4]) registerApproved(version);
    const own = Array.from({ length: 12 }, (_, index) => `abalone-v1-${index}`);
    const others = Array.from({ length: 100 }, (_, index) => `big-abalone-v1-${index}`);
    const pages = (key: string, name: string, names: readonly string[]) => (request: object) => {
      const { NextToken: token } = request as { readonly NextToken?: string };
      const [page, next] = token === undefined ? [others, 'more'] : [names, undefined];
      return { [key]: page.map((value) => ({ [name]: value })), NextToken: next };
    };
    const result = promote(approvalOf(4), {
      'List approved packages': onSecondPage,
      'List more approved packages': onSecondPage,
      'List old configs': pages('EndpointConfigs', 'EndpointConfigName', own),
      'List more old configs': pages('EndpointConfigs', 'EndpointConfigName', own),
      'List old models': pages('Models', 'ModelName', own),
      'List more old models': pages('Models', 'ModelName', own),
    });

    expect(result.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(4) });
    const removed = (state: string, member: string) =>
      result.tasks
        .filter((task) => task.state === state)
        .map((task) => (task.arguments as Record<string, unknown>)[member]);
    expect(removed('Remove config', 'EndpointConfigName')).toEqual(own.slice(3));
    expect(removed('Remove model', 'ModelName')).toEqual(own.slice(3));
  });

  describe('an endpoint that cannot be looked at', () => {
    it('is looked at again', () => {
      registerApproved(1);

      const result = promote(approvalOf(1), { 'Look up endpoint': deny });

      expect(result.output).toMatchObject({ outcome: 'Live' });
    });

    it('ends the promotion, which says why', () => {
      registerApproved(1);

      const result = promote(approvalOf(1), {
        'Look up endpoint': deny,
        'Look up endpoint again': deny,
      });

      expect(result.error).toBe('Failed');
      expect(result.cause).toBe('The endpoint could not be looked at: Access denied');
    });
  });

  it('asks once for an endpoint that is not there', () => {
    registerApproved(1);

    const { tasks } = promote(approvalOf(1));

    expect(tasks.filter(({ state }) => state.startsWith('Look up endpoint'))).toHaveLength(1);
  });

  it('refuses a package that training did not register', () => {
    sagemaker.packages.push({ arn: packageArn(1), version: 1, status: 'Approved', metadata: {} });

    const result = promote(approvalOf(1));

    expect(result.error).toBe('Refused');
    expect(result.cause).toContain('was not registered by the training workflow');
  });

  it('keeps the last releases and removes older ones', () => {
    for (const version of [1, 2, 3, 4]) registerApproved(version);
    for (const name of [
      'abalone-v3-a',
      'abalone-v2-b',
      'abalone-v1-c',
      'abalone-v1-d',
      'big-abalone-v1-x',
    ]) {
      sagemaker.configs.set(name, name);
      sagemaker.models.set(name, packageArn(1));
    }
    sagemaker.models.set('abalone-v9-orphan', packageArn(1));

    const result = promote(approvalOf(4));

    expect(result.path.at(-1)).toBe('Live');
    const live = sagemaker.endpoint?.config ?? '';
    expect([...sagemaker.configs.keys()].sort()).toEqual(
      ['abalone-v1-c', 'abalone-v2-b', 'abalone-v3-a', live, 'big-abalone-v1-x'].sort(),
    );
    expect([...sagemaker.models.keys()].sort()).toEqual(
      ['abalone-v1-c', 'abalone-v2-b', 'abalone-v3-a', live, 'big-abalone-v1-x'].sort(),
    );
  });

  it('records an unexpected failure, reports it and frees the lock', () => {
    registerApproved(1);

    const result = promote(approvalOf(1), {
      'Create model': () => {
        throw new TaskError('SageMaker.SageMakerException', 'Could not access model data');
      },
    });

    expect(result.error).toBe('Failed');
    expect(result.cause).toBe('The model was not created: Could not access model data');
    expect(result.tasks.map(({ state }) => state).slice(-3)).toEqual([
      'Record outcome',
      'Notify topic',
      'Release claim on endpoint',
    ]);
  });

  it('rests autoscaling during the update and sets it again afterwards', () => {
    registerApproved(1);
    registerApproved(2, { champion: packageArn(1) });
    sagemaker.deploy(1);

    const result = promote(approvalOf(2), {}, scaledDefinition);

    const states = result.tasks.map(({ state }) => state);
    expect(states.indexOf('Pause autoscaling')).toBeLessThan(states.indexOf('Update endpoint'));
    expect(states.indexOf('Resume autoscaling')).toBeGreaterThan(states.indexOf('Verify answers'));
    expect(
      result.tasks.find(({ state }) => state === 'Update endpoint')?.arguments,
    ).toMatchSnapshot('update');
    expect(
      result.tasks.find(({ state }) => state === 'Set scaling policy')?.arguments,
    ).toMatchSnapshot('policy');
    expect(result.path.at(-1)).toBe('Live');
  });

  it.each([
    ['resumes the autoscaling that an owner paused that has ended', true],
    ['leaves autoscaling as it is where no owner has ended', false],
  ])('%s, also when nothing changes', (_what, wasHeld) => {
    registerApproved(1);
    sagemaker.register(2, 'Rejected');
    sagemaker.deploy(1);
    if (wasHeld) claims.hold(lockKey, executionArnOf('dead'));

    const result = promote(
      rejectionOf(2),
      { 'Look up owner of endpoint': () => ({ Status: 'ABORTED' }) },
      scaledDefinition,
    );

    const states = result.tasks.map(({ state }) => state);
    expect(states.includes('Resume autoscaling')).toBe(wasHeld);
    expect(states).not.toContain('Record outcome');
    expect(result.path.at(-1)).toBe('Nothing changed');
    expect(claims.ownerOf(lockKey)).toBeUndefined();
  });
});
