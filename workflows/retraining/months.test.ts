import { array, assert, constantFrom, integer, property, record, subarray } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { WatchedMonths } from '../../infra/testing/watched-months.testing.ts';
import { retrainedDefinition } from '../../infra/testing/watched-project.testing.ts';
import { BUDGET_DAYS } from './decision.ts';

const DAY = 24;
const HOUR_MS = 3_600_000;
const BUDGET = 4;

let definitions: { readonly monitoring: string; readonly retraining: string };

beforeAll(() => {
  definitions = {
    monitoring: retrainedDefinition('Monitoring'),
    retraining: retrainedDefinition('Retraining'),
  };
}, 120_000);

interface Days {
  readonly drifted?: readonly string[];
  /** Labelled rows of each day. */
  readonly rows?: number;
  /** Whether labels ask for a training. */
  readonly asks?: boolean;
}

/** Days with a window and the labels of so many rows each. */
function live(
  months: WatchedMonths,
  days: number,
  { drifted = [], rows = 300, asks = true }: Days,
): void {
  for (let day = 0; day < days; day += 1) {
    months.pass(DAY);
    months.judge({ drifted });
    if (rows > 0 && asks) months.label(rows);
    if (!asks) months.arrive(rows);
  }
}

/** The most trainings in any thirty days. */
function mostInBudget({ trainings }: WatchedMonths): number {
  const times = trainings.map(({ decidedAt }) => Date.parse(decidedAt));
  const budgetMs = BUDGET_DAYS * DAY * HOUR_MS;
  return Math.max(
    0,
    ...times.map(
      (first) => times.filter((time) => time >= first && time - first <= budgetMs).length,
    ),
  );
}

const trained = ({ trainings }: WatchedMonths) => trainings.map(({ trigger }) => trigger);

describe('months of a model that is watched and trained again', () => {
  it('train once for a drift that does not change, also when labels arrive', () => {
    const months = new WatchedMonths(definitions);

    live(months, 60, { drifted: ['length'] });

    expect(months.trainings).toHaveLength(1);
    const last = months.decisions.at(-1);
    expect(last?.outcome).toBe('Same drift as before');
    expect(last?.reason).toContain('drift of length');
  });

  it('do not train for a drift without labels, and do once these are there', () => {
    const months = new WatchedMonths(definitions);

    live(months, 10, { drifted: ['length'], rows: 0 });
    const before = months.trainings.length;
    const reasons = new Set(months.decisions.map(({ outcome }) => outcome));
    live(months, 10, { drifted: ['length'], rows: 300 });

    expect(before).toBe(0);
    expect([...reasons]).toEqual(['Not enough new rows']);
    expect(months.trainings).toHaveLength(1);
  });

  it('train again for other columns, and for the same ones of another model', () => {
    const months = new WatchedMonths(definitions);

    live(months, 10, { drifted: ['length'] });
    live(months, 10, { drifted: ['length', 'sex'] });
    const before = months.trainings.map(({ model }) => model);
    months.promote();
    live(months, 10, { drifted: ['length'] });

    expect(before).toHaveLength(2);
    expect(new Set(before).size).toBe(1);
    expect(months.trainings).toHaveLength(3);
    expect(months.trainings[2]?.model).not.toBe(before[0]);
  });

  it.each([true, false])(
    'train for a season that comes and goes at most as the budget says (labels ask: %s)',
    (asks) => {
      const months = new WatchedMonths(definitions);
      // What drifts is what differs from the season in which the live model was trained.
      let ofModel = 'summer';
      for (const season of ['summer', 'winter', 'summer', 'winter']) {
        for (let week = 0; week < 4; week += 1) {
          const before = months.trainings.length;
          live(months, 7, { drifted: season === ofModel ? [] : ['length'], asks });
          if (months.trainings.length === before) continue;
          months.promote();
          ofModel = season;
        }
      }

      expect(mostInBudget(months)).toBe(asks ? BUDGET : 2);
      // Each change of the season is a drift of the model of the other one.
      if (!asks) expect(trained(months)).toEqual(['drift', 'drift', 'drift']);
    },
  );

  it('train on each row that is labelled days later, also when a training comes between', () => {
    const months = new WatchedMonths(definitions);
    const daysLate = 5;
    let arrived = 0;
    const weeks = (drifted: readonly string[]) => {
      for (let day = 0; day < 14; day += 1) {
        months.pass(DAY);
        // The labels of a window arrive when it is judged, and the schedule asks before the next ones do.
        months.judge({ drifted: day === 13 ? drifted : [] });
        months.arrive(100, daysLate * DAY);
        arrived += 100;
      }
      months.pass(DAY);
      months.judge({ drifted });
      months.promote();
    };

    weeks(['length']);
    weeks(['sex']);
    weeks(['length']);

    const trained = months.decisions.filter(({ outcome }) => outcome === 'Training started');
    expect(trained).toHaveLength(3);
    expect(trained.reduce((sum, { rows }) => sum + (rows?.newRows ?? 0), 0)).toBe(arrived);
  });

  it('train once for quality that late labels show, and not for what was not due', () => {
    const months = new WatchedMonths(definitions);
    for (let day = 1; day <= 10; day += 1) {
      months.pass(DAY);
      months.judge({});
    }
    const before = months.decisions.length;

    for (let day = 1; day <= 30; day += 1) {
      months.pass(DAY);
      months.judge({});
      months.judgeLabels(9);
      if (day === 4) months.label(500);
    }

    expect(before).toBe(0);
    expect(trained(months)).toEqual(['labels']);
    expect(months.decisions.at(-1)?.outcome).toBe('Same drift as before');
    expect(months.decisions.at(-1)?.reason).toContain('quality below the gate');
  });
});

const day = record({
  hours: integer({ min: 6, max: 120 }),
  drifted: subarray(['length', 'sex', 'shell']),
  rows: constantFrom(0, 150, 400, 2_000),
  ending: constantFrom('nothing', 'nothing', 'promote', 'reject', 'labels are due', 'schedule'),
  mse: constantFrom(2, 9),
});

describe('any months', () => {
  it('keep within the budget, and train once for what one model shows', () => {
    assert(
      property(array(day, { minLength: 10, maxLength: 25 }), (days) => {
        const months = new WatchedMonths(definitions);
        let promoted = 0;
        for (const { hours, drifted, rows, ending, mse } of days) {
          months.pass(hours);
          months.judge({ drifted });
          if (rows > 0) months.label(rows);
          if (ending === 'labels are due') months.judgeLabels(mse);
          if (ending === 'schedule') months.ask('schedule');
          if (ending === 'reject') months.reject();
          if (ending === 'promote' && months.trainings.length > promoted) {
            promoted = months.trainings.length;
            months.promote();
          }
        }
        expect(mostInBudget(months)).toBeLessThanOrEqual(BUDGET);
        const signs = months.decisions
          .filter(({ outcome, reason }) => outcome === 'Training started' && reason.includes(';'))
          .map(({ modelPackage, reason }) => `${modelPackage} ${reason.split('; ')[1]}`);
        expect(new Set(signs).size).toBe(signs.length);
      }),
      { numRuns: 12, seed: 20_261_130 },
    );
  });
});
