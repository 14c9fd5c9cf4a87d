import * as z from 'zod';
import { driftVerdicts, retrainingCauses, retrainingOutcomes } from '../../events/index.ts';
import {
  datasetId,
  executionName,
  nextPageToken,
  pageQuery,
  projectName,
  time,
  versionName,
} from '../fields.ts';
import { defineRoute, forChanges, forPeople } from '../route.ts';
import { downloadsFields, driftReport, exampleDownload, exampleReport } from '../schemas/drift.ts';
import { executionStatus, startedExecution } from '../schemas/execution.ts';
import { anyGroup } from '../scopes.ts';

const windowSchema = z.object({ start: time, end: time });

const values = z.record(z.string(), z.number());

const reportFields = {
  project: projectName,
  report: z.string().meta({ description: 'The execution of the workflow `monitoring`' }),
  status: executionStatus,
  outcome: z
    .string()
    .optional()
    .meta({ description: 'How it ended: No drift, Drifted, No traffic, No live model …' }),
  verdict: z.enum(driftVerdicts).optional().meta({ description: 'Of a window that was judged' }),
  reason: z
    .string()
    .optional()
    .meta({ description: 'The reason, where the window was not judged' }),
  window: windowSchema.optional(),
  startedAt: time,
  model: versionName.optional().meta({ description: 'The version that answered the requests' }),
  rows: z.int().optional(),
  drifted: z.array(z.string()).meta({ description: 'Columns of requests, and of answers' }),
  objections: z
    .array(z.string())
    .meta({ description: 'The bounds of the gate that the measured quality does not meet' }),
  effects: values.optional().meta({ description: 'Population stability index of each column' }),
  coverage: z.number().nullable().optional().meta({
    description: 'The share of the rows whose labels have arrived; null in a window without rows',
  }),
  measured: values.nullable().optional().meta({ description: 'Quality, from labels' }),
  estimated: values.nullable().optional().meta({
    description: "Quality, estimated from the model's own probabilities without labels",
  }),
};

const reportSummary = z.object(reportFields).meta({ id: 'MonitoringReportSummary' });

const reportDetail = z
  .object({
    ...reportFields,
    details: driftReport.optional(),
    ...downloadsFields,
  })
  .meta({ id: 'MonitoringReport' });

const exampleSummary = {
  project: 'abalone',
  report: '3f0c9a52-monitoring',
  status: 'SUCCEEDED',
  outcome: 'Drifted',
  verdict: 'drifted',
  window: { start: '2026-11-29T00:00:00.000Z', end: '2026-11-30T00:00:00.000Z' },
  startedAt: '2026-11-30T00:00:02.000Z',
  model: 'abalone:3',
  rows: 4_120,
  drifted: ['length'],
  objections: [],
  effects: { length: 0.31, sex: 0.01 },
  coverage: 0.37,
  measured: { mse: 4.4 },
  estimated: null,
} as const;

const path = z.object({ project: projectName });
const examplePath = { project: 'abalone' };

const driftSettings = z.object({
  minimumRows: z.int(),
  minimumEffect: z.number(),
  significance: z.number(),
});

const monitoringSettings = z.object({
  schedule: z.string(),
  windowHours: z.number(),
  labelHours: z.number(),
  drift: driftSettings,
  alarm: z.object({ drifted: z.int(), windows: z.int() }),
});

const alarm = z.object({
  name: z.string(),
  state: z.string(),
  reason: z.string(),
  since: time.optional(),
});

export const getMonitoring = defineRoute({
  id: 'getMonitoring',
  method: 'GET',
  path: '/projects/{project}/monitoring',
  summary: 'Gives how the live model is watched, and its alarms',
  scope: 'read',
  groups: anyGroup,
  request: { path },
  answer: {
    status: 200,
    description: 'The settings of the project',
    body: z
      .object({
        project: projectName,
        settings: monitoringSettings
          .nullable()
          .meta({ description: 'Null of a project that is not monitored' }),
        alarms: z.array(alarm),
      })
      .meta({ id: 'Monitoring' }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    answer: {
      project: 'abalone',
      settings: {
        schedule: 'rate(1 day)',
        windowHours: 24,
        labelHours: 168,
        drift: { minimumRows: 200, minimumEffect: 0.1, significance: 0.05 },
        alarm: { drifted: 2, windows: 3 },
      },
      alarms: [
        {
          name: 'abalone-drift',
          state: 'OK',
          reason: 'Threshold Crossed: 1 datapoint [0.0] was not greater than the threshold (1.0).',
        },
      ],
    },
  },
});

export const startMonitoring = defineRoute({
  id: 'startMonitoring',
  method: 'POST',
  path: '/projects/{project}/monitoring/start',
  summary: 'Judges a window of requests now',
  description:
    'Starts an execution of `<project>-monitoring`, as `stepmill monitor --run` does. It makes a report and no alarm: alarms count the windows of the schedule.',
  scope: 'train',
  groups: ['operator'],
  request: {
    path,
    body: z
      .strictObject({
        windowStart: time
          .optional()
          .meta({ description: 'By default as long before the end as the project says' }),
        windowEnd: time.optional().meta({ description: 'By default now' }),
      })
      .meta({ id: 'MonitoringRequest' }),
  },
  answer: { status: 202, description: 'The execution has started', body: startedExecution },
  problems: ['project-not-found', 'not-monitored'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: { windowStart: exampleSummary.window.start, windowEnd: exampleSummary.window.end },
    answer: {
      project: 'abalone',
      workflow: 'monitoring',
      execution: exampleSummary.report,
      executionArn: `arn:aws:states:us-east-1:123456789012:execution:abalone-monitoring:${exampleSummary.report}`,
    },
  },
});

export const listReports = defineRoute({
  id: 'listReports',
  method: 'GET',
  path: '/projects/{project}/monitoring/reports',
  summary: 'Lists the windows that were judged, the newest first',
  description: 'Those of the last 90 days.',
  scope: 'read',
  groups: anyGroup,
  request: { path, query: z.strictObject(pageQuery) },
  answer: {
    status: 200,
    description: 'A page of reports; none of a project that is not monitored',
    body: z.object({ reports: z.array(reportSummary), nextPageToken }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    query: { pageSize: '20' },
    answer: { reports: [exampleSummary] },
  },
});

export const getReport = defineRoute({
  id: 'getReport',
  method: 'GET',
  path: '/projects/{project}/monitoring/reports/{report}',
  summary: 'Gives one report: its verdict, each column with both distributions, quality, files',
  scope: 'read',
  groups: anyGroup,
  request: { path: z.object({ project: projectName, report: executionName }) },
  answer: { status: 200, description: 'The report', body: reportDetail },
  problems: ['project-not-found', 'execution-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: { ...examplePath, report: exampleSummary.report },
    answer: {
      ...exampleSummary,
      details: exampleReport,
      files: [{ ...exampleDownload, name: 'stepmill-drift.json' }],
      areFilesCutShort: false,
    },
  },
});

const decisionSchema = z
  .object({
    decision: z.string().meta({ description: 'Its name, in keys of S3 and in the registry' }),
    execution: z.string().meta({ description: 'The execution of the workflow `retraining`' }),
    outcome: z.enum(retrainingOutcomes).meta({ description: 'What was decided' }),
    trigger: z.enum(retrainingCauses).meta({ description: 'What asked for it' }),
    reason: z.string().meta({ description: 'Why, or why not' }),
    decidedAt: time,
    model: versionName.optional().meta({ description: 'The version that was live' }),
    drifted: z.array(z.string()).meta({
      description: 'Columns of requests and answers that had drifted in the last judged window',
    }),
    newRows: z.int().optional().meta({
      description:
        'Labelled rows that the live model has not seen; missing where they were not counted',
    }),
    dataset: datasetId.optional().meta({ description: 'What was uploaded to be trained on' }),
    training: z
      .string()
      .optional()
      .meta({ description: 'The execution of the training; missing until it has begun' }),
  })
  .meta({ id: 'RetrainingDecision' });

const exampleDecision = {
  decision: '20261130T000110Z-3fd2a1b90c77',
  execution: 'window-9a1b44c05d12',
  outcome: 'Not enough new rows',
  trigger: 'drift',
  reason: '40 labelled rows are new since the live model, and 200 are needed.',
  decidedAt: '2026-11-30T00:01:12.000Z',
  model: 'abalone:3',
  drifted: ['length'],
  newRows: 40,
} as const;

export const listRetrainingDecisions = defineRoute({
  id: 'listRetrainingDecisions',
  method: 'GET',
  path: '/projects/{project}/retraining/decisions',
  summary: 'Lists decisions to train again, and not to, with their reasons; the newest first',
  scope: 'read',
  groups: anyGroup,
  request: { path, query: z.strictObject(pageQuery) },
  answer: {
    status: 200,
    description: 'A page of decisions; none of a project that is not retrained automatically',
    body: z.object({
      isOn: z.boolean().meta({ description: 'Whether the project is retrained automatically' }),
      decisions: z.array(decisionSchema),
      nextPageToken,
    }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    query: { pageSize: '20' },
    answer: {
      isOn: true,
      decisions: [exampleDecision],
    },
  },
});

export const startRetraining = defineRoute({
  id: 'startRetraining',
  method: 'POST',
  path: '/projects/{project}/retraining/start',
  summary: 'Asks now whether to train again',
  description:
    'Starts an execution of `<project>-retraining`, as `stepmill retrain --run` does. A decision that a person asks for passes over the cool-down and over a drift that was trained on already; new labelled rows and the budget of the month count as ever.',
  scope: 'train',
  groups: ['operator'],
  request: { path, body: z.strictObject({}).meta({ id: 'RetrainingRequest' }) },
  answer: { status: 202, description: 'The execution has started', body: startedExecution },
  problems: ['project-not-found', 'not-retrained'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: {},
    answer: {
      project: 'abalone',
      workflow: 'retraining',
      execution: '5c7e0d11',
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:abalone-retraining:5c7e0d11',
    },
  },
});
