import * as z from 'zod';

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-stepfunctions-statemachinealias-deploymentpreference.html;
 * in all, a step of the pipeline waits for it.
 */
export const workflowRolloutLimits = {
  percent: { minimum: 1, maximum: 99 },
  totalMinutes: 60,
} as const;

const { percent: bounds, totalMinutes } = workflowRolloutLimits;
const percent = z.int().min(bounds.minimum).max(bounds.maximum);
const minutes = z.int().min(1).max(totalMinutes);

/** How a changed definition of a workflow takes over: which share of the executions that start runs it, and for how long. */
export const workflowRolloutSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('all-at-once') }),
    /** A share first, and the rest after so many minutes. */
    z.strictObject({ type: z.literal('canary'), percent, minutes }),
    /** The same share more each time so many minutes have passed. */
    z.strictObject({ type: z.literal('linear'), percent, minutes }),
  ])
  .refine((rollout) => totalMinutesOf(rollout) <= totalMinutes, {
    error: `must end within ${totalMinutes} minutes, because deployments wait for it; choose fewer minutes or a larger percent`,
    path: ['minutes'],
  });

export type WorkflowRollout = z.output<typeof workflowRolloutSchema>;

function totalMinutesOf(rollout: {
  readonly type: string;
  readonly percent?: number;
  readonly minutes?: number;
}): number {
  const { type, percent: share = 100, minutes: wait = 0 } = rollout;
  return type === 'linear' ? (Math.ceil(100 / share) - 1) * wait : wait;
}
