import * as z from 'zod';
import { columnSchema } from './dataset.ts';

const settingSchema = z.union([z.string(), z.number(), z.boolean()]);

/** One hyperparameter of an algorithm of the kit. */
export const hyperparameterSchema = z.object({
  type: z.enum(['integer', 'number', 'text']),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  values: z.array(z.string()).optional(),
  default: z.union([z.number(), z.string()]).optional(),
});

/** A column with what only people read. */
export const describedColumnSchema = columnSchema.extend({
  description: z.string().optional(),
  unit: z.string().optional(),
});

/** How a new model takes over, in the words of the project's definition. */
export const rolloutSchema = z.object({
  type: z.enum(['all-at-once', 'canary', 'linear', 'rolling', 'blue-green']),
  /** Of a canary. */
  size: z.object({ percent: z.number().optional(), instances: z.number().optional() }).optional(),
  stepPercent: z.number().optional(),
  batchPercent: z.number().optional(),
  waitSeconds: z.number().optional(),
  bakeSeconds: z.number().optional(),
});

/** How a new model is tried beside the live one, in the words of the project's definition. */
export const trialTermsSchema = z.object({
  type: z.enum(['ab', 'shadow']),
  percent: z.number(),
  timeLimitHours: z.number(),
  whenTimeIsUp: z.enum(['promote', 'withdraw']),
});

/** The four places in which models serve. */
export const servingTypes = ['instances', 'serverless', 'lambda', 'container'] as const;

/** How large what serves is, in the words of the project's definition; each place has its own. */
export const servingCapacitySchema = z.object({
  instanceType: z.string().optional(),
  minimumInstances: z.number().optional(),
  maximumInstances: z.number().optional(),
  minimumTasks: z.number().optional(),
  maximumTasks: z.number().optional(),
  vcpu: z.number().optional(),
  memoryMb: z.number().optional(),
  /** Requests at the same time for which models are kept warm. */
  provisionedConcurrency: z.number().optional(),
  /** Requests at the same time at most. */
  maximumConcurrency: z.number().optional(),
});

/** A project as its definition has it, for the HTTP API; lies beside the API's function. */
export const projectFactsSchema = z.object({
  project: z.string(),
  description: z.string(),
  problem: z.enum(['regression', 'binary', 'multiclass']),
  /** Whether everyone may ask the live model. */
  publicPredict: z.boolean(),
  label: z.string(),
  header: z.boolean(),
  delimiter: z.string(),
  encoding: z.enum(['utf-8', 'utf-16', 'windows-1252']),
  /** The mark before the fraction of a number. */
  decimal: z.enum(['.', ',']),
  thousands: z.string().optional(),
  lineEnds: z.enum(['lf', 'any']),
  byteOrderMark: z.enum(['refuse', 'accept']),
  missingLabel: z.enum(['refuse', 'set-aside']),
  /** A file may have a derived label as one more column behind the others. */
  labelColumn: z.literal('last').optional(),
  minimumRows: z.number(),
  /** `folder`: all files of a folder are one dataset. */
  layout: z.enum(['file', 'folder']),
  /** The name of the file that closes a folder. */
  marker: z.string().optional(),
  columns: z.array(describedColumnSchema),
  training: z.object({
    instanceType: z.string(),
    instanceCount: z.number(),
    timeoutSeconds: z.number(),
    algorithm: z.string().optional(),
    hyperparameters: z.record(z.string(), settingSchema),
    /** What the algorithms of the kit take; empty with own scripts. */
    algorithms: z.record(z.string(), z.record(z.string(), hyperparameterSchema)),
  }),
  gate: z.object({
    bounds: z.array(
      z.object({
        metric: z.string(),
        minimum: z.number().optional(),
        maximum: z.number().optional(),
        over: z.enum(['test', 'out-of-fold']),
        at: z.string(),
      }),
    ),
    champion: z
      .object({ metric: z.string(), better: z.enum(['lower', 'higher']), tolerance: z.number() })
      .optional(),
  }),
  /** What the models take. */
  contentTypes: z.array(z.string()),
  /** Who decides on new models. */
  approval: z.enum(['manual', 'automatic']),
  serving: z.object({
    type: z.enum(servingTypes),
    rollout: rolloutSchema.optional(),
    trial: trialTermsSchema.optional(),
    capturePercent: z.number().optional(),
    capacity: servingCapacitySchema,
  }),
  /** Only where files are scored as a whole. */
  scoring: z
    .object({
      /** Whether answers can be explained. */
      canExplain: z.boolean(),
      /** Whether they are, unless a request says otherwise. */
      explain: z.boolean(),
      /** When files and their predictions are deleted. */
      keepDays: z.number(),
    })
    .optional(),
  /** Only where the live model is watched; in the words of the project's definition. */
  monitoring: z
    .object({
      schedule: z.string(),
      windowHours: z.number(),
      labelHours: z.number(),
      drift: z.object({
        minimumRows: z.number(),
        minimumEffect: z.number(),
        significance: z.number(),
      }),
      alarm: z.object({ drifted: z.number(), windows: z.number() }),
    })
    .optional(),
  /** `<project>-<step>-` */
  jobNamePrefixes: z.object({
    processing: z.array(z.string()),
    training: z.array(z.string()),
    transform: z.array(z.string()),
  }),
});

export type ProjectFacts = z.infer<typeof projectFactsSchema>;
