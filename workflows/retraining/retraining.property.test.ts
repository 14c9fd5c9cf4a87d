import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  property,
  record,
  uniqueArray,
} from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RetrainingInput } from '../../events/index.ts';
import {
  createWorkflowClock,
  packageArn,
  WorkflowExecution,
} from '../../infra/simulation/index.ts';
import {
  type RetrainingWorld,
  retrainingWorld,
} from '../../infra/testing/retraining-world.testing.ts';
import { retrainedDefinition } from '../../infra/testing/watched-project.testing.ts';

/*
 * The state machine itself, in virtual time: months of windows, labels, approvals and rejections, of which several ask at
 * the same moment.
 */

const HOUR = 3_600_000;
const BUDGET = 4;
const BUDGET_MILLISECONDS = 30 * 24 * HOUR;

let definition: string;

beforeAll(() => {
  definition = retrainedDefinition('Retraining');
}, 120_000);

interface Step {
  readonly hours: number;
  /** Whoever asks at this moment. */
  readonly triggers: readonly RetrainingInput['trigger'][];
  readonly drifted: readonly string[];
  readonly misses: boolean;
  readonly labels: number;
  /** What people do with the newest model that waits. */
  readonly people: 'nothing' | 'approve' | 'reject';
  /** Whether a training that starts passes the gate. */
  readonly isGood: boolean;
}

const automatic = ['drift', 'quality', 'labels', 'schedule'] as const;

const steps = array(
  record<Step>({
    hours: integer({ min: 1, max: 120 }),
    triggers: uniqueArray(constantFrom(...automatic, 'request' as const), { maxLength: 3 }),
    drifted: uniqueArray(constantFrom('length', 'sex', 'rings'), { maxLength: 2 }),
    misses: boolean(),
    labels: integer({ min: 0, max: 1_500 }),
    people: constantFrom('nothing', 'nothing', 'approve', 'reject'),
    isGood: boolean(),
  }),
  { minLength: 10, maxLength: 40 },
);

interface Training {
  readonly at: number;
  readonly live: number;
  readonly sign: string;
}

/** A project that lives through the steps. */
class Months {
  readonly trainings: Training[] = [];
  readonly #time = createWorkflowClock();
  readonly #world: RetrainingWorld = retrainingWorld(definition);
  #live = 1;
  #liveSince = '2026-11-01T00:00:00.000Z';
  #waiting: number | undefined;
  #versions = 1;
  #rows = 0;
  #asked = 0;
  readonly #executions = new Map<string, WorkflowExecution>();

  constructor() {
    this.#world.statusOf = (arn) => this.#executions.get(arn)?.status ?? 'FAILED';
  }

  live(step: Step): void {
    this.#wait(step.hours);
    this.#decideByPeople(step.people);
    this.#rows += step.labels;
    this.#world.has(this.#rows);
    const executions = step.triggers.map((trigger) => this.#ask(trigger, step));
    while (executions.some(({ status }) => status === 'RUNNING')) {
      if (!this.#time.step()) throw new Error('stuck');
    }
    expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'SUCCEEDED'));
    this.#train(step);
  }

  #wait(hours: number): void {
    const end = this.#time.now() + hours * HOUR;
    this.#time.setTimer(hours * HOUR, () => undefined);
    while (this.#time.now() < end) this.#time.step();
  }

  #ask(trigger: RetrainingInput['trigger'], { drifted, misses }: Step): WorkflowExecution {
    this.#asked += 1;
    const verdict = {
      model: packageArn(this.#live),
      start: this.#liveSince,
      end: new Date(this.#time.now()).toISOString(),
      drifted: [...drifted],
      misses,
    };
    this.#world.items.set('verdicts#monitoring', { judged: { S: JSON.stringify(verdict) } });
    const isWarned = trigger === 'drift' || trigger === 'quality';
    const input: RetrainingInput = {
      eventId: `${this.#asked}`,
      trigger,
      ...(isWarned ? { verdict } : {}),
    };
    const executionName = `run-${this.#asked}`;
    const { answer } = this.#world;
    const started = new WorkflowExecution({ definition, input, answer, executionName }, this.#time);
    this.#executions.set(started.executionArn, started);
    return started;
  }

  /** What the rule of uploads would do. */
  #train({ drifted, misses, isGood }: Step): void {
    const sign = drifted.length > 0 ? drifted.toSorted().join() : misses ? 'quality' : '';
    const started = this.#world
      .decisions()
      .filter(({ outcome }) => outcome === 'Training started')
      .slice(0, this.#world.uploads.length - this.trainings.length);
    for (const { dataset, decidedAt } of started) {
      this.trainings.push({ at: Date.parse(decidedAt), live: this.#live, sign });
      const place = `runs/abalone/${dataset?.id}/decision.json`;
      this.#world.objects.set(place, { registered: isGood, ...(isGood ? this.#register() : {}) });
    }
  }

  #register(): object {
    this.#versions += 1;
    this.#waiting = this.#versions;
    return {
      modelPackage: this.#world.sagemaker.register(this.#versions, 'PendingManualApproval'),
    };
  }

  #decideByPeople(people: Step['people']): void {
    const version = this.#waiting;
    if (version === undefined || people === 'nothing') return;
    this.#waiting = undefined;
    const { sagemaker } = this.#world;
    if (people === 'reject') {
      sagemaker.reject(version);
      return;
    }
    this.#live = version;
    this.#liveSince = new Date(this.#time.now()).toISOString();
    this.#rows = 0;
    sagemaker.approve(version);
    sagemaker.deploy(version);
    Object.assign(sagemaker.packages.find((each) => each.version === version)?.metadata ?? {}, {
      promotion: 'Live',
      promotedAt: this.#liveSince,
    });
  }
}

function liveThrough(given: readonly Step[]): readonly Training[] {
  const months = new Months();
  for (const step of given) months.live(step);
  return months.trainings;
}

/** A season of ten days comes and goes for half a year, and people approve a model now and then. */
const day = (index: number): Step => ({
  hours: 24,
  triggers: ['drift', 'labels'],
  drifted: Math.floor(index / 10) % 2 === 0 ? ['length'] : ['sex'],
  misses: index % 3 === 0,
  labels: 400,
  people: index % 9 === 0 ? 'approve' : 'nothing',
  isGood: true,
});

describe('months of drift, labels, approvals and rejections', () => {
  const run = { numRuns: 25, seed: 20_261_130 };

  it('start no more trainings in any thirty days than the project allows', () => {
    let most = 0;
    assert(
      property(steps, (given) => {
        const trainings = liveThrough(given);
        for (const { at: first } of trainings) {
          const within = trainings.filter(
            ({ at }) => at >= first && at <= first + BUDGET_MILLISECONDS,
          );
          most = Math.max(most, within.length);
          expect(within.length).toBeLessThanOrEqual(BUDGET);
        }
      }),
      run,
    );
    // The sequences reach the bound that they are held to.
    expect(most).toBe(BUDGET);
  });

  it('start at most one for an unchanging drift until a promotion, also when labels arrive', () => {
    const unchanging = steps.map((given) =>
      given.map((step) => ({
        ...step,
        triggers: step.triggers.filter((trigger) => trigger !== 'request'),
        drifted: ['length'],
      })),
    );
    let most = 0;
    assert(
      property(unchanging, (given) => {
        const models = liveThrough(given).map(({ live }) => live);
        expect(new Set(models).size).toBe(models.length);
        most = Math.max(most, models.length);
      }),
      run,
    );
    // Each promotion allows one more.
    expect(most).toBeGreaterThan(1);
  });

  it('follow a season that comes and goes as the budget allows', () => {
    const trainings = liveThrough(Array.from({ length: 180 }, (_, index) => day(index)));

    expect(trainings.length).toBeGreaterThan(6);
    for (const { at: first } of trainings) {
      expect(
        trainings.filter(({ at }) => at >= first && at <= first + BUDGET_MILLISECONDS).length,
      ).toBeLessThanOrEqual(BUDGET);
    }
  });
});
