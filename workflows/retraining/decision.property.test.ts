import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runWorkflow } from '../../infra/simulation/index.ts';
import { BUDGET_DAYS, FORGET_LAST, LONGEST_COOL_DOWN_HOURS, renderDecision } from './decision.ts';

const guards = { minimumNewRows: 200, coolDownHours: 24, maximumPerMonth: 4 };
const HOUR = 3_600_000;

interface Verdict {
  readonly model: string;
  readonly start: string;
  readonly end: string;
  readonly drifted: readonly string[];
  readonly misses: boolean;
}

interface Question {
  readonly now: string;
  readonly decision: string;
  readonly execution: string;
  readonly trigger: string;
  readonly model: string;
  readonly liveSince: string;
  readonly verdict?: Verdict | undefined;
  readonly lastFailed: boolean;
  readonly newRows: number;
}

interface Decision {
  readonly outcome: string;
  readonly reason: string;
  readonly trains: boolean;
  readonly neededRows: number;
  readonly memory: {
    readonly trainings: readonly string[];
    readonly last?: { readonly before?: object };
  };
}

const forgetful: Decision['memory'] = { trainings: [] };

/** Evaluates the expression as the state machine does. */
function decide(question: Question, memory: object = forgetful, settings = guards): Decision {
  return evaluate(renderDecision(settings), { question, memory }) as Decision;
}

/** What is remembered once the last training turns out never to have begun. */
function forgetLast(memory: object): Decision['memory'] {
  return evaluate(FORGET_LAST, { question: {}, memory }) as Decision['memory'];
}

function evaluate(expression: string, given: object): unknown {
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Given',
    States: {
      Given: {
        Type: 'Pass',
        Assign: { question: '{% $states.input.question %}', memory: '{% $states.input.memory %}' },
        Next: 'Decide',
      },
      Decide: { Type: 'Pass', Output: `{% ${expression} %}`, End: true },
    },
  });
  const run = runWorkflow({ definition, input: given, answer: () => ({}) });
  if (run.status !== 'SUCCEEDED') throw new Error(`${run.error}: ${run.cause}`);
  return run.output;
}

const at = (hours: number) => new Date(Date.UTC(2026, 10, 1) + hours * HOUR).toISOString();

const question: Question = {
  now: at(100),
  decision: 'd',
  execution: 'e',
  trigger: 'labels',
  model: 'model:1',
  liveSince: at(0),
  lastFailed: false,
  newRows: 250,
};

const drift = (drifted: readonly string[], more: Partial<Verdict> = {}): Partial<Question> => ({
  trigger: 'drift',
  verdict: { model: 'model:1', start: at(90), end: at(96), drifted, misses: false, ...more },
});

const afterTraining = (changes: Partial<Question> = {}) =>
  decide({ ...question, ...changes }).memory;

describe('a decision', () => {
  it('trains on enough new rows', () => {
    expect(decide(question)).toEqual({
      outcome: 'Training started',
      reason: '250 labelled rows are new since the live model.',
      trains: true,
      neededRows: 200,
      memory: {
        trainings: [at(100)],
        last: {
          at: at(100),
          decision: 'd',
          model: 'model:1',
          sign: '',
          rows: 250,
          streak: 0,
          execution: 'e',
          before: {},
        },
        acted: { model: 'model:1', signs: [''] },
      },
    });
  });

  it('would train before rows are counted, so that they are counted', () => {
    expect(decide({ ...question, newRows: -1 }).trains).toBe(true);
  });

  it.each([
    [
      'Not enough new rows',
      '199 labelled rows are new since the live model, and 200 are needed.',
      { newRows: 199 },
    ],
    ['No live model', /^No model of the registry is live/, { model: '' }],
    [
      'Verdict of another model',
      /^The window began before the model that is live now/,
      drift(['length'], { model: 'model:0' }),
    ],
    [
      'Verdict of another model',
      /^The window began before the model that is live now/,
      drift(['length'], { start: at(-1) }),
    ],
  ])('is %s, and says why', (outcome, reason, changes) => {
    const decision = decide({ ...question, ...changes });

    expect(decision).toMatchObject({
      outcome,
      reason: expect.stringMatching(reason) as unknown,
      trains: false,
    });
  });

  it('waits from one training to the next', () => {
    const memory = afterTraining();
    const early = decide({ ...question, now: at(123), newRows: 900 }, memory);
    const late = decide({ ...question, now: at(124), newRows: 900 }, memory);

    expect(early).toMatchObject({
      outcome: 'Cooling down',
      reason: `The last training was started at ${at(100)}; the next may be from ${at(124)} on.`,
    });
    expect(late.trains).toBe(true);
  });

  it('does not wait where a person asks, and counts it', () => {
    const memory = afterTraining();
    const asked = decide({ ...question, now: at(101), newRows: 900, trigger: 'request' }, memory);

    expect(asked.trains).toBe(true);
    expect(asked.memory.trainings).toHaveLength(2);
  });

  it('counts rows that a training had as seen, while its model is not live', () => {
    const memory = afterTraining();
    const few = decide({ ...question, now: at(200), newRows: 449 }, memory);
    const other = decide({ ...question, now: at(200), newRows: 200, model: 'model:2' }, memory);

    expect(few).toMatchObject({
      outcome: 'Not enough new rows',
      reason:
        '449 labelled rows are new since the live model, and 450 are needed: 200 more than the last training had.',
      neededRows: 450,
    });
    expect(other.trains).toBe(true);
  });

  it('acts on a drift once, whoever asks, until other columns drift or another model is live', () => {
    const memory = afterTraining(drift(['length', 'sex']));
    const later = { ...question, now: at(400), newRows: 5_000 };
    const again = drift(['sex', 'length'], { start: at(390) });

    expect(decide({ ...later, ...again }, memory)).toMatchObject({
      outcome: 'Same drift as before',
      reason:
        'One training was started for this already (drift of length, sex). The next one follows a promotion, or other columns that drift.',
    });
    expect(decide({ ...later, ...again, trigger: 'labels' }, memory).outcome).toBe(
      'Same drift as before',
    );
    expect(decide({ ...later, ...drift(['length'], { start: at(390) }) }, memory).trains).toBe(
      true,
    );
    const promoted = { ...later, model: 'model:2', liveSince: at(390) };
    const ofOther = drift(['length', 'sex'], { model: 'model:2', start: at(391) });
    expect(decide({ ...promoted, ...ofOther }, memory).trains).toBe(true);
  });

  it('acts once on quality below the gate', () => {
    const quality: Partial<Question> = { ...drift([], { misses: true }), trigger: 'quality' };
    const memory = afterTraining(quality);

    expect(decide({ ...question, ...quality, now: at(400), newRows: 900 }, memory)).toMatchObject({
      outcome: 'Same drift as before',
      reason: expect.stringContaining('(quality below the gate)') as unknown,
    });
  });

  it('doubles the wait after each model of the same kind that nobody kept, up to a week', () => {
    let memory: object = afterTraining();
    const waits: number[] = [];
    let hours = 100;
    for (let round = 1; round <= 5; round += 1) {
      const start = hours;
      let decision: Decision;
      do {
        hours += 1;
        decision = decide(
          { ...question, now: at(hours), newRows: 250 + 200 * round, lastFailed: true },
          memory,
          { ...guards, maximumPerMonth: 100 },
        );
      } while (!decision.trains);
      waits.push(hours - start);
      memory = decision.memory;
    }

    expect(waits).toEqual([48, 96, 168, 168, 168]);
    expect(LONGEST_COOL_DOWN_HOURS).toBe(168);
    // A last one of another kind has nothing to do with it.
    expect(
      decide(
        {
          ...question,
          now: at(hours + 24),
          newRows: 9_000,
          lastFailed: true,
          ...drift(['length']),
          trigger: 'labels',
        },
        memory,
        { ...guards, maximumPerMonth: 100 },
      ).trains,
    ).toBe(true);
  });

  it('keeps to the budget of thirty days', () => {
    const trainings = [0, 100, 200, 300].map(at);
    const memory = { trainings, acted: { model: 'model:0', signs: [] } };

    expect(decide({ ...question, now: at(BUDGET_DAYS * 24) }, memory)).toMatchObject({
      outcome: 'Budget spent',
      reason: `4 trainings were started in the last 30 days, and the project allows 4; the next may be after ${at(720)}.`,
    });
    const after = decide({ ...question, now: at(BUDGET_DAYS * 24 + 1) }, memory);
    expect(after.trains).toBe(true);
    expect(after.memory.trainings).toEqual([...trainings.slice(1), at(721)]);
  });
});

describe('a training that never began', () => {
  const later = {
    ...question,
    ...drift(['length'], { start: at(190) }),
    now: at(200),
    newRows: 250,
  };
  const first = afterTraining(drift(['sex']));
  const second = decide({ ...later, newRows: 450 }, first).memory;
  const { before: _, ...last } = first.last ?? {};
  // The one before is known to have begun.
  const withoutBefore = { ...first, last };

  it('is forgotten with its rows, its place in the budget and the drift it was for', () => {
    const memory = forgetLast(second);

    expect(memory).toEqual({ ...withoutBefore, failedAt: at(200) });
    expect(decide({ ...later, now: at(224), newRows: 450 }, memory)).toMatchObject({
      outcome: 'Training started',
      memory: { trainings: [at(100), at(224)] },
    });
  });

  it('leaves nothing but its time, where it was the first', () => {
    expect(forgetLast(afterTraining())).toEqual({ trainings: [], failedAt: at(100) });
  });

  it('cools down as one that began', () => {
    const memory = forgetLast(second);
    const early = decide({ ...later, now: at(223), newRows: 450 }, memory);

    expect(early).toMatchObject({
      outcome: 'Cooling down',
      reason: `The last decision to train, at ${at(200)}, failed before its training began; the next may be from ${at(224)} on.`,
      memory: { ...withoutBefore, failedAt: at(200) },
    });
    expect(decide({ ...later, trigger: 'request', newRows: 450 }, memory).trains).toBe(true);
  });

  it('is remembered one deep', () => {
    expect(second).toMatchObject({ last: { before: { last: { decision: 'd' } } } });
    expect(second).not.toHaveProperty('last.before.last.before');
  });
});

const columns = ['length', 'sex', 'shell'];

/** An hour or more after the step before, something asks. */
const step = record({
  hours: integer({ min: 1, max: 200 }),
  trigger: constantFrom('drift', 'quality', 'labels', 'schedule', 'request'),
  drifted: array(constantFrom(...columns), { maxLength: 3 }),
  misses: boolean(),
  labels: integer({ min: 0, max: 3_000 }),
  isPromoted: boolean(),
  lastFailed: boolean(),
});

interface Step {
  readonly hours: number;
  readonly trigger: string;
  readonly drifted: readonly string[];
  readonly misses: boolean;
  readonly labels: number;
  readonly isPromoted: boolean;
  readonly lastFailed: boolean;
}

interface Training {
  readonly hours: number;
  readonly model: number;
  readonly sign: string;
  readonly trigger: string;
}

/** Decides at each step, as one execution after another does. */
function live(steps: readonly Step[], settings = guards): readonly Training[] {
  let memory: object = forgetful;
  let [hours, model, liveSince, rows] = [0, 1, 0, 0];
  const trainings: Training[] = [];
  for (const { isPromoted, drifted, misses, ...given } of steps) {
    hours += given.hours;
    if (isPromoted && trainings.some((training) => training.model === model)) {
      [model, liveSince, rows] = [model + 1, hours, 0];
    }
    rows += given.labels;
    const names = [...new Set(drifted)].sort();
    const verdict = {
      model: `model:${model}`,
      start: at(liveSince),
      end: at(hours),
      drifted: names,
      misses,
    };
    const decision = decide(
      {
        now: at(hours),
        decision: String(hours),
        execution: String(hours),
        trigger: given.trigger,
        model: `model:${model}`,
        liveSince: at(liveSince),
        verdict,
        lastFailed: given.lastFailed,
        newRows: rows,
      },
      memory,
      settings,
    );
    memory = decision.memory;
    const sign = names.length > 0 ? names.join() : misses ? 'quality' : '';
    if (decision.trains) trainings.push({ hours, model, sign, trigger: given.trigger });
  }
  return trainings;
}

describe('any sequence of drift, labels and approvals', () => {
  const run = { numRuns: 60, seed: 20_261_130 };
  const steps = array(step, { minLength: 5, maxLength: 40 });

  it('keeps the trainings of any thirty days within the budget', () => {
    assert(
      property(steps, integer({ min: 1, max: 5 }), (given, maximumPerMonth) => {
        const trainings = live(given, { ...guards, minimumNewRows: 50, maximumPerMonth });
        for (const { hours: first } of trainings) {
          const within = trainings.filter(
            ({ hours }) => hours >= first && hours <= first + BUDGET_DAYS * 24,
          );
          expect(within.length).toBeLessThanOrEqual(maximumPerMonth);
        }
      }),
      run,
    );
  });

  it('trains at most once for a drift of one live model, unless a person asks', () => {
    assert(
      property(steps, (given) => {
        const settings = { minimumNewRows: 1, coolDownHours: 1, maximumPerMonth: 100 };
        const acted = live(given, settings)
          .filter(({ sign, trigger }) => sign !== '' && trigger !== 'request')
          .map(({ model, sign }) => `${model} ${sign}`);
        expect(new Set(acted).size).toBe(acted.length);
      }),
      run,
    );
  });

  it('trains at most once while the same columns drift and nothing is promoted', () => {
    assert(
      property(steps, (given) => {
        const unchanging = given.map((each) => ({
          ...each,
          trigger: each.trigger === 'request' ? 'labels' : each.trigger,
          drifted: ['length'],
          isPromoted: false,
        }));
        const settings = { minimumNewRows: 1, coolDownHours: 1, maximumPerMonth: 100 };
        expect(live(unchanging, settings).length).toBeLessThanOrEqual(1);
      }),
      run,
    );
  });
});
