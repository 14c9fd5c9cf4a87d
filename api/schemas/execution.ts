import * as z from 'zod';
import {
  datasetId,
  executionName,
  projectName,
  time,
  versionName,
  workflowName,
} from '../fields.ts';

export const executionStatus = z
  .enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'])
  .meta({ id: 'ExecutionStatus' });

/**
 * Statuses by which executions can be selected: only those of a map run can wait for a redrive, and Step Functions refuses to
 * list others by this status. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export const listedStatus = executionStatus
  .exclude(['PENDING_REDRIVE'])
  .meta({ id: 'ListedExecutionStatus' });

/** What names an execution. */
const namingFields = {
  project: projectName,
  workflow: workflowName,
  execution: z.string().meta({ description: 'The name of the execution' }),
  executionArn: z.string(),
};

/** Of lists and of one execution. */
export const executionFields = {
  ...namingFields,
  status: executionStatus,
  startedAt: time,
  stoppedAt: time.optional(),
  workflowVersion: z.int().positive().optional().meta({
    description:
      'The version of the definition that it runs; missing where it was started without a version',
  }),
  outcome: z
    .string()
    .optional()
    .meta({ description: 'How it ended: Registered, Below the gate, Live, Rolled back …' }),
  dataset: datasetId.optional().meta({ description: 'Of a training that has succeeded' }),
  model: versionName
    .optional()
    .meta({ description: 'That the training made, or that the promotion was about' }),
};

export const executionSummary = z.object(executionFields).meta({ id: 'ExecutionSummary' });

/** An execution that was started. */
export const startedExecution = z.object(namingFields).meta({ id: 'StartedExecution' });

/** The parameters of a path that name an execution. */
export const executionPath = z.object({
  project: projectName,
  workflow: workflowName,
  execution: executionName,
});

export const exampleExecutionPath = {
  project: 'abalone',
  workflow: 'training',
  execution: '5d1f3c0a-upload',
} as const;

export const exampleExecution = {
  ...exampleExecutionPath,
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:abalone-training:5d1f3c0a-upload',
  status: 'SUCCEEDED',
  startedAt: '2026-11-29T19:30:00.000Z',
  stoppedAt: '2026-11-29T19:32:27.000Z',
  workflowVersion: 3,
  outcome: 'Registered',
} as const;
