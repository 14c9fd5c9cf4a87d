import { describe, expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import { readmission } from '../projects/readmission/project.ts';
import { defineProject, ProjectError, type ProjectInput } from './index.ts';

function mistakesOf(changes: object): readonly string[] {
  try {
    defineProject({ ...(abalone as ProjectInput), ...changes });
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes;
  }
}

describe('scoring, monitoring and retraining', () => {
  it('are off unless they are named', () => {
    expect(abalone).not.toHaveProperty('scoring');
    expect(abalone).not.toHaveProperty('monitoring');
    expect(abalone).not.toHaveProperty('retraining');
  });

  it('have defaults', () => {
    const project = defineProject({
      ...(abalone as ProjectInput),
      scoring: {},
      monitoring: {},
      retraining: {},
    });

    expect(project.scoring).toEqual({
      explain: false,
      instanceType: 'ml.m5.large',
      volumeSizeGb: 30,
      timeoutSeconds: 3_600,
      keepDays: 90,
    });
    expect(project.monitoring).toEqual({
      schedule: { expression: 'rate(1 day)', timeZone: 'UTC' },
      windowHours: 24,
      labelHours: 168,
      drift: { minimumRows: 200, minimumEffect: 0.1, significance: 0.05 },
      alarm: { drifted: 2, windows: 3 },
      instanceType: 'ml.m5.large',
      volumeSizeGb: 30,
      timeoutSeconds: 3_600,
    });
    expect(project.retraining).toEqual({
      triggers: ['drift', 'quality'],
      minimumNewRows: 200,
      coolDownHours: 24,
      maximumPerMonth: 4,
      settleMinutes: 15,
      rows: 'all',
      approval: 'manual',
    });
  });

  it('may train again on a label that is derived from a column of the same row', () => {
    const { retraining, target } = defineProject({
      ...(readmission as ProjectInput),
      retraining: { triggers: ['labels'] },
    });

    expect(target?.derived.type).toBe('is');
    expect(retraining?.triggers).toEqual(['labels']);
  });

  it('list all their mistakes at once', () => {
    const mistakes = mistakesOf({
      code: 'projects/own/python',
      scoring: { explain: true, keepDays: 0, speling: 1 },
      serving: { ...abalone.serving, capturePercent: 0 },
      monitoring: { windowHours: 0, alarm: { drifted: 3, windows: 2 } },
      retraining: { triggers: ['labels', 'labels'] },
    });

    expect(mistakes).toMatchInlineSnapshot(`
      [
        "scoring.keepDays: must be at least 1; got 0.",
        "scoring.speling: is not a project field; remove or rename it.",
        "monitoring.windowHours: must be at least 0.1; got 0.",
        "monitoring.alarm.windows: must be at least alarm.drifted; got 2.",
        "retraining.triggers: must name each trigger once; got ["labels","labels"].",
        "training.algorithm: is the kit's; remove it, or remove code to use the kit's scripts; got "xgboost".",
      ]
    `);
  });

  it.each([
    [
      { serving: { type: 'serverless', memoryMb: 2048, maxConcurrency: 5 }, monitoring: {} },
      'monitoring: needs another type of serving, because a serverless endpoint captures no requests; got "serverless".',
    ],
    [
      { serving: { ...abalone.serving, capturePercent: 0 }, monitoring: {} },
      'serving.capturePercent: must be above 0 with monitoring, which reads captured requests; got 0.',
    ],
    [
      { code: 'projects/own/python', monitoring: {} },
      'monitoring: needs the kit\'s scripts, which describe the training rows and read requests and answers; remove it, or code; got "projects/own/python".',
    ],
    [
      { code: 'projects/own/python', training: {}, scoring: { explain: true } },
      "scoring.explain: needs the kit's scripts; remove it, or remove code to use them; got true.",
    ],
    [
      { retraining: { triggers: ['labels', 'quality'] } },
      'retraining.triggers[1]: needs monitoring, which finds it; add monitoring, or remove the trigger; got "quality".',
    ],
    [
      { retraining: { triggers: ['schedule'] } },
      "retraining.schedule: must be there with the trigger 'schedule', and not without; got nothing.",
    ],
    [
      { retraining: { triggers: ['labels'], schedule: { expression: 'rate(1 day)' } } },
      'retraining.schedule: must be there with the trigger \'schedule\', and not without; got {"expression":"rate(1 day)"}.',
    ],
    [
      {
        serving: { ...abalone.serving, capturePercent: 0 },
        retraining: { triggers: ['labels'] },
      },
      'serving.capturePercent: must be above 0 with retraining, which reads captured requests; got 0.',
    ],
    [
      {
        dataset: { ...abalone.dataset, encoding: 'utf-16' },
        retraining: { triggers: ['labels'] },
      },
      "retraining.rows: must be 'new' with dataset.encoding 'utf-16', whose files cannot be put behind each other; got \"all\".",
    ],
    [
      {
        problem: 'binary',
        dataset: { ...abalone.dataset, label: 'adult' },
        target: {
          derived: {
            type: 'dropped-by-next',
            groupBy: 'sex',
            orderBy: 'length',
            columns: ['diameter'],
            absent: ['No'],
          },
        },
        code: 'own',
        retraining: { triggers: ['labels'] },
      },
      'target.derived: cannot be combined with retraining and scripts of your own, because only the kit\'s read a label beside the columns; remove retraining, or code; got "dropped-by-next".',
    ],
    [
      { scoring: { schedule: { expression: 'rate(1 day)', file: '/a.csv' } } },
      'scoring.schedule.file: must be the name of a file, without a slash before it; got "/a.csv".',
    ],
  ])('must fit the rest of the project: %j', (changes, mistake) => {
    const { registry, ...rest } = abalone;
    const packaging = { ...registry, packaging: 'single-container' };
    const own = 'code' in changes ? { training: {} } : { training: rest.training };
    expect(mistakesOf({ registry: packaging, ...own, ...changes })).toContain(mistake);
  });
});

const judge = (expression: string, more: object = {}) =>
  mistakesOf({ monitoring: { schedule: { expression, ...more } } });

describe('a schedule', () => {
  // Recorded from AWS by LocalStack: tests/aws/services/scheduler/test_scheduler.snapshot.json
  it.each([
    'cron(*/15 * * * ? *)',
    'cron(8-8 * * * ? *)',
    'cron(0 6 ? * MON-FRI *)',
    'cron(0 6 L * ? *)',
    'cron(0 6 ? * 6#3 2026-2030)',
    'cron(0,30 */2 1,15 JAN-jun/2 ? *)',
    'rate(5 minutes)',
    'rate(1 hour)',
    'rate(2 days)',
  ])('may be %s', (expression) => {
    expect(judge(expression)).toEqual([]);
  });

  it.each([
    // These Scheduler refuses, recorded likewise.
    ['cron(0 1 * * * *)', 'must have ? as day of month or as day of week, and not as both'],
    ['cron(71 8 1 * ? *)', 'has minutes that EventBridge Scheduler does not take'],
    ['cron(0 dummy ? * MON-FRI *)', 'has hours that EventBridge Scheduler does not take'],
    ['rate(10 seconds)', 'must be rate(VALUE'],
    ['rate(10 years)', 'must be rate(VALUE'],
    ['rate(10)', 'must be rate(VALUE'],
    ['rate(10 minutess)', 'must be rate(VALUE'],
    ['rate(-10 minutes)', 'must be rate(VALUE'],
    ['rate( 10 minutes )', 'must be rate(VALUE'],
    ['cron(0 6 * * ?)', 'must have 6 fields'],
    ['cron(0 6 ? * ? *)', 'must have ? as day of month'],
    ['cron(5-1 6 * * ? *)', 'has minutes'],
    ['rate(1 hours)', 'must have the unit hour after 1'],
    ['rate(2 hour)', 'must have the unit hours after 2'],
    // Scheduler would take these.
    ['at(2027-01-01T00:00:00)', 'must be rate(VALUE'],
    ['rate(4 minutes)', 'must be at least 5 minutes'],
    ['cron(* * * * ? *)', 'must leave at least 5 minutes between two starts'],
    ['cron(0-15/1 * * * ? *)', 'must leave at least 5 minutes between two starts'],
    ['cron(0,58 * * * ? *)', 'must leave at least 5 minutes between two starts'],
  ])('may not be %s', (expression, mistake) => {
    expect(judge(expression)).toEqual([
      expect.stringContaining(`monitoring.schedule.expression: ${mistake}`),
    ]);
  });

  it('has time zone', () => {
    expect(judge('rate(1 day)', { timeZone: 'Europe/Berlin' })).toEqual([]);
    expect(judge('rate(1 day)', { timeZone: 'Europe/Bonn' })).toEqual([
      'monitoring.schedule.timeZone: must be a time zone such as Europe/Berlin; got "Europe/Bonn".',
    ]);
  });
});
