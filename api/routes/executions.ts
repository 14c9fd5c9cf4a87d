import * as z from 'zod';
import { nextPageToken, pageQuery, projectName, reason, time, workflowName } from '../fields.ts';
import { defineRoute, forChanges, forPolling } from '../route.ts';
import {
  exampleExecution,
  exampleExecutionPath,
  executionFields,
  executionPath,
  executionStatus,
  executionSummary,
  listedStatus,
} from '../schemas/execution.ts';
import { anyGroup } from '../scopes.ts';

const executionDetail = z
  .object({
    ...executionFields,
    input: z.unknown(),
    output: z.unknown(),
    error: z.string().optional(),
    cause: z.string().optional(),
    redriveCount: z.int(),
    isRedrivable: z.boolean(),
    redriveReason: z.string().optional().meta({ description: 'Why it cannot be redriven' }),
    definition: z
      .unknown()
      .meta({ description: 'The Amazon States Language that this execution runs' }),
  })
  .meta({ id: 'Execution' });

const historyEvent = z
  .looseObject({
    id: z.int(),
    previousEventId: z.int().optional(),
    type: z.string(),
    timestamp: time,
  })
  .meta({ id: 'HistoryEvent', description: "Step Functions' own event, with its details" });

const liveVersion = z
  .object({
    version: z.int().positive(),
    percent: z.int().min(0).max(100).meta({ description: 'Of the executions that start' }),
  })
  .meta({ id: 'LiveVersion' });

export const listExecutions = defineRoute({
  id: 'listExecutions',
  method: 'GET',
  path: '/projects/{project}/executions',
  summary: 'Lists executions of one workflow, the newest first',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: z.object({ project: projectName }),
    query: z.strictObject({
      workflow: workflowName.default('training'),
      status: listedStatus.optional(),
      ...pageQuery,
    }),
  },
  answer: {
    status: 200,
    description: 'A page of executions',
    body: z.object({
      executions: z.array(executionSummary),
      liveVersions: z.array(liveVersion).meta({
        description:
          'On which versions of the workflow executions start: two while a deployment shifts, none where it has no versions',
      }),
      nextPageToken,
    }),
  },
  problems: ['project-not-found'],
  throttle: forPolling,
  isPolled: true,
  example: {
    path: { project: 'abalone' },
    query: { workflow: 'training' },
    answer: { executions: [exampleExecution], liveVersions: [{ version: 3, percent: 100 }] },
  },
});

export const getExecution = defineRoute({
  id: 'getExecution',
  method: 'GET',
  path: '/projects/{project}/executions/{workflow}/{execution}',
  summary: 'Gives one execution with its definition, input and output',
  scope: 'read',
  groups: anyGroup,
  request: { path: executionPath },
  answer: { status: 200, description: 'The execution', body: executionDetail },
  problems: ['project-not-found', 'execution-not-found'],
  throttle: forPolling,
  isPolled: true,
  example: {
    path: exampleExecutionPath,
    answer: {
      ...exampleExecution,
      input: { bucket: 'stepmill-dev-abalone-storagebucket' },
      output: { outcome: 'Registered' },
      redriveCount: 0,
      isRedrivable: false,
      redriveReason: 'Execution is SUCCEEDED and cannot be redriven',
      definition: { StartAt: 'Identify dataset', States: {} },
    },
  },
});

export const listEvents = defineRoute({
  id: 'listEvents',
  method: 'GET',
  path: '/projects/{project}/executions/{workflow}/{execution}/events',
  summary: 'Gives the history of an execution, or what was added to it',
  description:
    'Without `after`: the whole history in pages, from its beginning. With `after`: the events with a larger id, the newest where there are too many for one answer; `isCutShort` says so.',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: executionPath,
    query: z.strictObject({
      after: z.coerce.number().int().min(0).max(25_000).optional(),
      pageSize: z.coerce.number().int().min(1).max(1_000).default(1_000),
      pageToken: pageQuery.pageToken,
    }),
  },
  answer: {
    status: 200,
    description: 'Events by their ids',
    body: z.object({
      status: executionStatus,
      events: z.array(historyEvent),
      isCutShort: z.boolean(),
      nextPageToken,
    }),
  },
  problems: ['project-not-found', 'execution-not-found'],
  throttle: forPolling,
  isPolled: true,
  example: {
    path: exampleExecutionPath,
    query: { after: '1' },
    answer: {
      status: 'RUNNING',
      events: [
        {
          id: 2,
          previousEventId: 0,
          type: 'PassStateEntered',
          timestamp: '2026-11-29T19:30:00.000Z',
          stateEnteredEventDetails: { name: 'Identify dataset', input: '{}' },
        },
      ],
      isCutShort: false,
    },
  },
});

export const stopExecution = defineRoute({
  id: 'stopExecution',
  method: 'POST',
  path: '/projects/{project}/executions/{workflow}/{execution}/stop',
  summary: 'Stops an execution',
  description:
    'The workflow cannot clean up after itself then. Of a promotion: look at the endpoint afterwards.',
  scope: 'train',
  groups: ['operator'],
  request: {
    path: executionPath,
    body: z.strictObject({ reason: reason.optional() }).meta({ id: 'StopRequest' }),
  },
  answer: {
    status: 200,
    description: 'It is stopped',
    body: z.object({ status: executionStatus, stoppedAt: time }),
  },
  problems: ['project-not-found', 'execution-not-found', 'not-running'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: exampleExecutionPath,
    body: { reason: 'Wrong file' },
    answer: { status: 'ABORTED', stoppedAt: '2026-11-29T19:31:00.000Z' },
  },
});

export const redriveExecution = defineRoute({
  id: 'redriveExecution',
  method: 'POST',
  path: '/projects/{project}/executions/{workflow}/{execution}/redrive',
  summary: 'Runs a failed execution again from the state that failed',
  scope: 'train',
  groups: ['operator'],
  request: { path: executionPath, body: z.strictObject({}).meta({ id: 'RedriveRequest' }) },
  answer: {
    status: 202,
    description: 'It runs again',
    body: z.object({ status: executionStatus, redrivenAt: time }),
  },
  problems: ['project-not-found', 'execution-not-found', 'not-redrivable'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: exampleExecutionPath,
    body: {},
    answer: { status: 'RUNNING', redrivenAt: '2026-11-29T19:40:00.000Z' },
  },
});
