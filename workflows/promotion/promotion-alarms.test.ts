import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import type { VirtualClock } from '../../engine/index.ts';
import type { PromotionInput } from '../../events/index.ts';
import {
  addArchives,
  answerPromotion,
  BucketTasks,
  createWorkflowClock,
  fingerprintOf,
  inService,
  type PromotionAnswers,
  packageArn,
  SageMakerTasks,
  TaskError,
  WorkflowExecution,
} from '../../infra/simulation/index.ts';
import { abaloneDefinition, createStack } from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const MINUTE_MS = 60_000;
const ERRORS = 'abalone-rollback-errors';
const all = ['errors', 'latency', 'wrong-answers', 'error-increase'].map(
  (what) => `abalone-rollback-${what}`,
);

let definition: string;
let sagemaker: SageMakerTasks;
let bucket: BucketTasks;
let time: VirtualClock;
/** The alarms that are in ALARM, and since when. */
let ringing: Map<string, string>;
/** What a look at the endpoint shows of the new fleet while it is updated, and then what is live. */
let stages: readonly string[];
/** The guards of each update. */
let updates: (readonly string[] | undefined)[];

beforeAll(() => {
  definition = abaloneDefinition('Promotion');
});

beforeEach(() => {
  sagemaker = new SageMakerTasks();
  bucket = new BucketTasks();
  time = createWorkflowClock();
  ringing = new Map();
  stages = ['Creating', 'Baking'];
  updates = [];
  for (const version of [1, 2]) {
    addArchives(bucket, version);
    sagemaker.register(version, 'Approved', {
      fingerprint: fingerprintOf(bucket, version),
      champion: packageArn(1),
    });
  }
  sagemaker.deploy(1);
});

function raise(alarm: string): void {
  ringing.set(alarm, new Date(time.now()).toISOString());
}

interface Request {
  readonly EndpointConfigName: string;
  readonly DeploymentConfig: {
    readonly AutoRollbackConfiguration?: { readonly Alarms: readonly { AlarmName: string }[] };
  };
}

function describeAlarms(): unknown {
  return {
    MetricAlarms: all.map((AlarmName) => ({
      AlarmName,
      StateValue: ringing.has(AlarmName) ? 'ALARM' : 'OK',
      StateReason: 'Threshold Crossed',
      StateTransitionedTimestamp: ringing.get(AlarmName),
    })),
  };
}

/** SageMaker under alarms: it asks for them once the new fleet is created. */
function answers(): PromotionAnswers {
  let seen: string[] = [];
  let config = '';
  return {
    'Check rollback alarms': describeAlarms,
    'Find alarms': describeAlarms,
    'Update endpoint': (request) => {
      const { EndpointConfigName, DeploymentConfig } = request as unknown as Request;
      updates.push(
        DeploymentConfig.AutoRollbackConfiguration?.Alarms.map(({ AlarmName }) => AlarmName),
      );
      seen = [...stages];
      config = EndpointConfigName;
      return {};
    },
    'Watch rollout': () => {
      const guarded = updates.at(-1)?.some((alarm) => ringing.has(alarm)) === true;
      const Status = seen.shift();
      if ((guarded && Status !== 'Creating') || Status === undefined) {
        const live = guarded ? sagemaker.endpoint?.config : config;
        sagemaker.endpoint = { status: 'InService', config: live ?? '' };
        return sagemaker.describeEndpoint();
      }
      return {
        EndpointStatus: 'Updating',
        EndpointConfigName: sagemaker.endpoint?.config,
        PendingDeploymentSummary: {
          EndpointConfigName: config,
          ProductionVariants: [{ VariantName: 'AllTraffic', VariantStatus: [{ Status }] }],
        },
      };
    },
  };
}

function promote(
  decision: Partial<PromotionInput> = {},
  others: PromotionAnswers = {},
  text = definition,
) {
  const answer = answerPromotion(bucket, sagemaker, { ...answers(), ...others });
  const input = {
    eventId: 'e',
    modelPackageArn: packageArn(2),
    approvalStatus: 'Approved',
    ...decision,
  } as const;
  const execution = new WorkflowExecution({ definition: text, input, answer }, time);
  while (execution.status === 'RUNNING') {
    if (!time.step()) throw new Error(`stuck after ${execution.path.join(' > ')}`);
  }
  return execution;
}

function timesIn({ path }: WorkflowExecution, state: string): number {
  return path.filter((each) => each === state).length;
}

/** Minutes from the first look at the alarms to the update. */
function minutesWaited({ history }: WorkflowExecution): number {
  const entered = (name: string) =>
    history.find(({ details }) => details.name === name)?.timestamp ?? Number.NaN;
  return (entered('Update endpoint') - entered('Check rollback alarms')) / MINUTE_MS;
}

const answeredWrongly = { Payload: { ...inService, wrong: 1, findings: ['row 1: answered 99'] } };

function deny(): never {
  throw new TaskError('CloudWatch.CloudWatchException', 'User is not authorized');
}

const failsOneRow = {
  'Record live answers': () => ({ Payload: { ...inService, answers: [1, null] } }),
};

/** The resources of the statements that allow to describe alarms. */
function resourcesOf(alarms: object) {
  const project = defineProject({
    ...(abalone as ProjectInput),
    serving: { ...abalone.serving, alarms },
  });
  const text = JSON.stringify(Template.fromStack(createStack(project).stack).toJSON());
  return [
    ...text.matchAll(
      /"Action":"cloudwatch:DescribeAlarms","Effect":"Allow","Resource":("\*"|\[.*?\])}/g,
    ),
  ];
}

const failsAndRaises = {
  'Record live answers': () => {
    time.setTimer(MINUTE_MS, () => raise(ERRORS));
    return { Payload: { ...inService, answers: [null, null] } };
  },
};

const failsEveryRow = {
  'Record live answers': () => ({ Payload: { ...inService, answers: [null, null] } }),
};

describe('an update of an endpoint whose rollback alarms are quiet', () => {
  it('begins at once, guarded by all of them', () => {
    const promotion = promote();

    expect(promotion.ended.output).toEqual({
      outcome: 'Live',
      reason: '',
      modelPackage: packageArn(2),
    });
    expect(timesIn(promotion, 'Wait for rollback alarms')).toBe(0);
    expect(updates).toEqual([all]);
  });
});

describe('an update of an endpoint with an alarm in ALARM', () => {
  it('waits until the alarm is quiet, and is guarded by all of them', () => {
    raise(ERRORS);
    time.setTimer(7 * MINUTE_MS, () => ringing.delete(ERRORS));

    const promotion = promote();

    expect(promotion.path.at(-1)).toBe('Live');
    expect(minutesWaited(promotion)).toBeGreaterThan(5);
    expect(minutesWaited(promotion)).toBeLessThan(8);
    expect(updates).toEqual([all]);
    expect(promotion.ended.output).toMatchObject({ reason: '' });
  });

  it('leaves the alarm out when it rings for twelve minutes, and says so', () => {
    raise(ERRORS);

    const promotion = promote();

    const reason = `In ALARM before the update, so that they did not guard it: ${ERRORS}.`;
    expect(promotion.ended.output).toMatchObject({ outcome: 'Live', reason });
    expect(minutesWaited(promotion)).toBeGreaterThanOrEqual(12);
    expect(minutesWaited(promotion)).toBeLessThan(13);
    expect(updates).toEqual([all.filter((name) => name !== ERRORS)]);
    expect(sagemaker.packages[1]).toMatchObject({
      status: 'Approved',
      metadata: {
        promotion: 'Live',
        promotionReason: expect.stringContaining(ERRORS) as unknown,
      },
    });
    const message = promotion.ended.tasks.find(({ state }) => state === 'Notify topic');
    expect(JSON.stringify(message?.arguments)).toContain(reason);
  });

  it('has no rollback configuration when none is quiet', () => {
    for (const alarm of all) raise(alarm);

    const promotion = promote();

    expect(promotion.path.at(-1)).toBe('Live');
    expect(updates).toEqual([undefined]);
  });

  it('goes back from a rejected live model at once', () => {
    sagemaker.deploy(2);
    sagemaker.reject(2);
    raise(ERRORS);

    const promotion = promote({ approvalStatus: 'Rejected' });

    expect(promotion.ended.output).toMatchObject({
      outcome: 'Live',
      modelPackage: packageArn(1),
    });
    expect(minutesWaited(promotion)).toBe(0);
    expect(updates).toEqual([all.filter((name) => name !== ERRORS)]);
  });

  it('does not wait while the live model answers no row', () => {
    raise(ERRORS);

    const promotion = promote({}, failsEveryRow);

    expect(promotion.path.at(-1)).toBe('Live');
    expect(minutesWaited(promotion)).toBe(0);
  });

  it('takes the model back that answers wrongly, although an alarm was left out', () => {
    raise(ERRORS);

    const promotion = promote({}, { 'Verify answers': () => answeredWrongly });

    expect(promotion.ended).toMatchObject({ error: 'Rolled back' });
    expect(promotion.ended.cause).toMatch(/row 1: answered 99.*did not guard it: abalone-rollback/);
    expect(sagemaker.packages[1]).toMatchObject({
      status: 'Rejected',
      description: expect.stringContaining(ERRORS) as unknown,
    });
  });
});

describe('rows that the live model fails', () => {
  it('are given the time to raise an alarm, which is then left out', () => {
    const promotion = promote({}, failsAndRaises);

    expect(promotion.path.at(-1)).toBe('Live');
    expect(minutesWaited(promotion)).toBeLessThan(2);
    expect(updates).toEqual([all.filter((name) => name !== ERRORS)]);
  });

  it('delay the update by no more than that when no alarm rings', () => {
    const promotion = promote({}, failsOneRow);

    expect(promotion.path.at(-1)).toBe('Live');
    expect(minutesWaited(promotion)).toBe(3);
    expect(updates).toEqual([all]);
  });
});

describe('an alarm that ends an update before the new model has a request', () => {
  it('is waited for, and the update is made again', () => {
    const others = {
      'Create endpoint config': (request: Record<string, unknown>) => {
        if (updates.length === 0) {
          raise(ERRORS);
          time.setTimer(2 * MINUTE_MS, () => ringing.delete(ERRORS));
        }
        return sagemaker.createConfig(request);
      },
    };

    const promotion = promote({}, others);

    expect(promotion.path.at(-1)).toBe('Live');
    expect(updates).toEqual([all, all]);
  });

  it('leaves the package approved when it does so again', () => {
    const others = {
      'Create endpoint config': (request: Record<string, unknown>) => {
        raise(ERRORS);
        time.setTimer(2 * MINUTE_MS, () => ringing.delete(ERRORS));
        return sagemaker.createConfig(request);
      },
    };

    const promotion = promote({}, others);

    expect(promotion.ended).toMatchObject({ error: 'Failed' });
    expect(promotion.ended.cause).toMatch(/before the new model had any request.*rollback-errors/);
    expect(updates).toHaveLength(2);
    expect(sagemaker.packages[1]).toMatchObject({ status: 'Approved' });
  });

  it('is the cause of a rollback when it was raised after the last look without a request', () => {
    const pretended = answers();
    const others = {
      ...pretended,
      'Watch rollout': (request: Record<string, unknown>) => {
        const seen = pretended['Watch rollout']?.(request);
        time.setTimer(1, () => raise(ERRORS));
        return seen;
      },
    };
    stages = ['Creating'];

    const promotion = promote({}, others);

    expect(promotion.ended).toMatchObject({ error: 'Rolled back' });
    expect(updates).toHaveLength(1);
  });

  it('is the cause of a rollback once the model has requests', () => {
    const others = {
      'Send test rows': () => {
        raise(ERRORS);
        return { Payload: inService };
      },
    };
    stages = ['Baking', 'Baking', 'Baking'];

    const promotion = promote({}, others);

    expect(promotion.ended).toMatchObject({ error: 'Rolled back' });
    expect(promotion.ended.cause).toContain(`In alarm: ${ERRORS}`);
    expect(updates).toHaveLength(1);
    expect(sagemaker.packages[1]).toMatchObject({ status: 'Rejected' });
  });
});

it('An update whose alarms cannot be read is guarded by all of them', () => {
  const promotion = promote({}, { 'Check rollback alarms': deny });

  expect(promotion.path.at(-1)).toBe('Live');
  expect(updates).toEqual([all]);
});

describe('the permission to describe alarms', () => {
  it('names the alarms of the project', () => {
    const statements = resourcesOf({});

    expect(statements.length).toBeGreaterThan(0);
    for (const [, resource] of statements) expect(resource).toContain('RollbackAlarmserrors');
  });

  it('is one for all alarms where the project has named others, which may be composite', () => {
    expect(resourcesOf({ named: ['other'] }).map(([, resource]) => resource)).toContain('"*"');
  });
});
