import * as z from 'zod';
import { scheduleSchema } from './schedule.ts';

const instanceType = z
  .string()
  .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'a SageMaker instance type such as ml.m5.large');

/** What a job of a workflow runs on. */
const jobFields = {
  instanceType: instanceType.default('ml.m5.large'),
  volumeSizeGb: z.int().min(1).max(16_384).default(30),
  /** SageMaker does not stop a transform job by itself; a processing job ends at this limit. */
  timeoutSeconds: z.int().min(60).max(432_000).default(3_600),
};

/** Scores files as a whole: `<project>-scoring`. */
export const scoringSchema = z.strictObject({
  /**
   * Adds probability, confidence and risk factors to each row, by a processing job in place of a
   * transform job. Only with the kit's scripts; a run may say otherwise.
   */
  explain: z.boolean().default(false),
  /**
   * Scores the file of this name below `scoring/<project>/` by the clock, beside every file that is uploaded
   * there. A file that the live model has scored already is not scored again.
   */
  schedule: scheduleSchema
    .extend({
      file: z
        .string()
        .min(1)
        .max(800)
        .regex(/^[^/]/, 'the name of a file, without a slash before it'),
    })
    .optional(),
  ...jobFields,
  /** When uploads to be scored, and what became of them, are deleted. */
  keepDays: z.int().min(1).max(3_650).default(90),
});

/** What counts as drift of a column: all three at once. */
const driftSchema = z.strictObject({
  /** Rows that a window needs. With fewer the verdict is `not enough data`. */
  minimumRows: z.int().min(50).max(1_000_000).default(200),
  /** Population stability index. 0.1 is a shift of about a third of a standard deviation. */
  minimumEffect: z.number().min(0.01).max(10).default(0.1),
  /** Share of false alarms that is accepted, over all columns of a window (Benjamini-Hochberg). */
  significance: z.number().min(0.001).max(0.2).default(0.05),
});

/** Windows in a row that are looked at, and how many of them must have drifted before people hear of it. */
const alarmSchema = z
  .strictObject({
    drifted: z.int().min(1).max(10).default(2),
    windows: z.int().min(1).max(10).default(3),
  })
  .refine(({ drifted, windows }) => drifted <= windows, {
    message: 'must be at least alarm.drifted',
    path: ['windows'],
  });

/** Watches the live model: `<project>-monitoring`. Only with the kit's scripts, which describe the training rows. */
export const monitoringSchema = z.strictObject({
  schedule: scheduleSchema.prefault({ expression: 'rate(1 day)' }),
  /** The length of a window, which ends when it is looked at. A window never reaches behind a promotion. */
  windowHours: z.number().min(0.1).max(2_160).default(24),
  /**
   * When the labels of a window are due, after its end: its quality is judged then. With 0 it is judged with the
   * requests, by the labels that are in.
   */
  labelHours: z.number().min(0).max(2_160).default(168),
  drift: driftSchema.prefault({}),
  alarm: alarmSchema.prefault({}),
  ...jobFields,
});

export const retrainingTriggers = ['drift', 'quality', 'labels', 'schedule'] as const;

/** Trains on what was learned since: `<project>-retraining`. */
export const retrainingSchema = z
  .strictObject({
    /** What may start it: verdicts of the monitoring, new labelled rows, the clock. */
    triggers: z
      .array(z.enum(retrainingTriggers))
      .min(1)
      .default(['drift', 'quality'])
      .refine((triggers) => new Set(triggers).size === triggers.length, {
        message: 'must name each trigger once',
      }),
    /** Of the trigger `schedule`. */
    schedule: scheduleSchema.optional(),
    /** Minutes from the first new label on in which others are waited for, before rows are counted. */
    settleMinutes: z.int().min(1).max(1_440).default(15),
    /** What is trained on: the rows of the live model's dataset and the new ones, or the new ones alone. */
    rows: z.enum(['all', 'new']).default('all'),
    /** Labelled rows that the live model has not seen; with fewer there is nothing to learn. */
    minimumNewRows: z.int().min(1).default(200),
    /** From one decision to train to the next. */
    coolDownHours: z.number().min(1).max(720).default(24),
    /** Automatic trainings in any thirty days. */
    maximumPerMonth: z.int().min(1).max(100).default(4),
    /** Whether a model that was trained by itself waits for a person. */
    approval: z.enum(['manual', 'automatic']).default('manual'),
  })
  .refine(({ triggers, schedule }) => triggers.includes('schedule') === (schedule !== undefined), {
    message: "must be there with the trigger 'schedule', and not without",
    path: ['schedule'],
  });

export type Scoring = z.output<typeof scoringSchema>;
export type Monitoring = z.output<typeof monitoringSchema>;
export type Retraining = z.output<typeof retrainingSchema>;
