import * as z from 'zod';
import type { servingSchema } from '../serving.ts';
import type { monitoringSchema, retrainingSchema } from '../watching.ts';
import { addressSchema } from './address.ts';
import { windowSchema } from './deployment-window.ts';
import { encryptionSchema } from './encryption.ts';
import { placeFields } from './place.ts';
import { workflowRolloutSchema } from './workflow-rollout.ts';

/** Of a project's block, what differs in this environment, by project. The projects' own schemas judge it at synth. */
function changesSchema<Block>() {
  return z
    .record(
      z.string(),
      z.custom<Partial<Block>>(isObject, { error: "must be an object of the block's settings" }),
    )
    .default({});
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** AWS Budgets takes five notifications a budget: https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html */
const MAXIMUM_ALERTS = 5;

/** What the account of the environment may cost; AWS sends a message, and stops nothing. */
const budgetSchema = z.strictObject({
  monthlyUsd: z.number().positive(),
  /** Of the budget, in percent. */
  alertPercents: z
    .array(z.number().positive().max(1_000))
    .min(1)
    .max(MAXIMUM_ALERTS)
    .refine((percents) => new Set(percents).size === percents.length, {
      message: 'must name each percentage once',
    })
    .default([80, 100]),
});

/** A copy of the app with its own data and models, in an account and a region. */
export const environmentSchema = z.strictObject({
  ...placeFields,
  /** The environment that gets the models which are approved here. @default none */
  promotesTo: z.string().optional(),
  /**
   * Whether a person approves what comes from the environment before: model packages, and deployments of the pipeline.
   * @default where another environment promotes to this one
   */
  approval: z.boolean().optional(),
  /** When the pipeline may deploy. @default at any time */
  window: windowSchema.optional(),
  /** @default none */
  budget: budgetSchema.optional(),
  /** Whether data and models are kept when the stacks are deleted. @default in production environments only */
  retain: z.boolean().optional(),
  /** Mail and https addresses that are notified. @default none */
  notify: z.array(addressSchema).default([]),
  /** Whether the HTTP API and the console are deployed. @default they are */
  console: z.boolean().optional(),
  /** Pages beside the console's own that may call the API, as `https://ml.example.com`. */
  origins: z.array(z.string()).optional(),
  /** Whether CloudTrail records who reads and writes the data of the projects. @default it does not */
  auditTrail: z.boolean().optional(),
  /**
   * Whether the buckets of the projects have keys of S3 or each a key of its own in KMS.
   * @default `kms` where models go to another account, else keys of S3
   */
  encryption: encryptionSchema.optional(),
  /** The network of tasks on Fargate, as the setting `jobNetwork`. */
  jobNetwork: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** How changed definitions of workflows take over. @default all at once */
  workflowRollout: workflowRolloutSchema.optional(),
  /** Where trainings run, as the setting `compute`. */
  compute: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** By project: the settings of these blocks that differ here. */
  serving: changesSchema<z.input<typeof servingSchema>>(),
  monitoring: changesSchema<z.input<typeof monitoringSchema>>(),
  retraining: changesSchema<z.input<typeof retrainingSchema>>(),
});

export type Budget = z.output<typeof budgetSchema>;
