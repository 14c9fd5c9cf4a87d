import * as z from 'zod';
import { answersSummarySchema, problemSchema } from '../../events/index.ts';
import {
  executionName,
  nextPageToken,
  pageQuery,
  projectName,
  time,
  versionName,
} from '../fields.ts';
import { defineRoute, forChanges, forPeople } from '../route.ts';
import { batchDrift, downloadsFields, driftReport, exampleDownload } from '../schemas/drift.ts';
import { startedExecution } from '../schemas/execution.ts';
import { uploadForm, uploadRequest } from '../schemas/upload.ts';
import { anyGroup } from '../scopes.ts';

const states = {
  running: 'It is inspected, or its rows are scored',
  scored: 'There are predictions',
  duplicate: 'The same model has scored the same file before; the results are those of then',
  refused: 'No row of the file can be scored',
  'file-missing': 'There is no such file',
  'no-live-model': 'No model is live, and none was named',
  failed: 'The execution failed',
  stopped: 'A person has stopped it',
} as const;

const scoringState = z.enum(Object.keys(states) as [keyof typeof states]).meta({
  id: 'ScoringState',
  description: Object.entries(states)
    .map(([name, meaning]) => `\`${name}\`: ${meaning}.`)
    .join(' '),
});

const scoringFields = {
  project: projectName,
  execution: z.string().meta({ description: 'Of the workflow `scoring`' }),
  name: z.string().meta({ description: "The key of the file, below the project's prefixes" }),
  uri: z.string(),
  state: scoringState,
  startedAt: time,
  stoppedAt: time.optional(),
  model: versionName.optional().meta({ description: 'The version that scores, once it is known' }),
  rows: z
    .object({
      scored: z.int(),
      rejected: z.int().meta({ description: 'Set aside by inspection' }),
      refused: z.int().optional().meta({ description: 'Refused by the model, of those scored' }),
    })
    .optional(),
  drift: batchDrift.optional(),
};

const scoringSummary = z.object(scoringFields).meta({ id: 'ScoringSummary' });

const scoringDetail = z
  .object({
    ...scoringFields,
    step: z
      .string()
      .optional()
      .meta({ description: 'The state of the workflow that a running one has entered last' }),
    reason: z
      .string()
      .optional()
      .meta({ description: 'Why there are no predictions, and what to do' }),
    problems: z.array(problemSchema).meta({
      description: 'What is wrong with rows that were set aside: by rule, how often, and where',
    }),
    scoredBy: z
      .string()
      .optional()
      .meta({ description: 'Of a duplicate: the execution that has scored the file' }),
    results: z
      .object({
        explained: z.boolean(),
        answers: answersSummarySchema.meta({ description: 'How the predictions are distributed' }),
        preview: z
          .object({
            columns: z.array(z.string()),
            answerColumns: z
              .int()
              .meta({ description: "How many of them, at the end, are the model's" }),
            rows: z.array(z.array(z.string())),
            isCutShort: z.boolean().meta({ description: 'Whether there are more rows' }),
          })
          .meta({ description: 'The first rows with their predictions' }),
      })
      .optional(),
    report: driftReport.optional().meta({
      description: 'How its rows differ from those that the model was trained on',
    }),
    ...downloadsFields,
  })
  .meta({ id: 'Scoring' });

const exampleSummary = {
  project: 'abalone',
  execution: '7c2d4e1f-scoring',
  name: 'june.csv',
  uri: 's3://stepmill-dev-abalone-storagebucket/scoring-requests/abalone/june.csv',
  state: 'scored',
  startedAt: '2026-11-30T06:00:00.000Z',
  stoppedAt: '2026-11-30T06:02:10.000Z',
  model: 'abalone:3',
  rows: { scored: 4_000, rejected: 2 },
  drift: { verdict: 'ok', drifted: [] },
} as const;

const examplePath = { project: 'abalone' };

export const createScoringUpload = defineRoute({
  id: 'createScoringUpload',
  method: 'POST',
  path: '/projects/{project}/scorings/uploads',
  summary: 'Gives a form with which a browser uploads a file that is to be scored',
  description:
    'A presigned POST for one key below `scoring-requests/<project>/`, where nothing starts by itself: name the `uri` in `POST /scoring/start` afterwards. A file below `scoring/<project>/` is scored when it arrives.',
  scope: 'train',
  groups: ['operator'],
  request: { path: z.object({ project: projectName }), body: uploadRequest },
  answer: { status: 201, description: 'The form', body: uploadForm },
  problems: ['project-not-found', 'scores-no-files'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: { fileName: 'june.csv', sizeBytes: 191_873 },
    answer: {
      url: 'https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/',
      fields: {
        key: 'scoring-requests/abalone/june.csv',
        'Content-Type': 'text/csv',
        Policy: '…',
      },
      uri: exampleSummary.uri,
      expiresAt: '2026-11-30T06:15:00.000Z',
    },
  },
});

export const startScoring = defineRoute({
  id: 'startScoring',
  method: 'POST',
  path: '/scoring/start',
  summary: 'Scores the rows of a file that was uploaded',
  description:
    'Starts an execution of `<project>-scoring`, as `stepmill score` does. Rows that cannot be scored are set aside with their reasons. The same version of a file is scored once by the same model in the same way: the execution then ends as `Duplicate`.',
  scope: 'train',
  groups: ['operator'],
  request: {
    body: z
      .strictObject({
        modelName: projectName,
        datasetUri: z
          .string()
          .max(2_048)
          .regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/, 's3://BUCKET/KEY')
          .meta({
            description:
              "A file below the project's `scoring-requests/` or `scoring/` prefix; its newest version is scored",
          }),
        version: versionName
          .optional()
          .meta({ description: 'The version that scores. By default the live one' }),
        explain: z.boolean().optional().meta({
          description:
            'Whether each row has its confidence and its factors. By default as the project says',
        }),
      })
      .meta({ id: 'ScoringRequest' }),
  },
  answer: { status: 202, description: 'The execution has started', body: startedExecution },
  problems: ['project-not-found', 'scores-no-files', 'dataset-not-found', 'version-not-found'],
  throttle: forChanges,
  isChange: true,
  example: {
    body: { modelName: 'abalone', datasetUri: exampleSummary.uri, version: 'abalone:3' },
    answer: {
      project: 'abalone',
      workflow: 'scoring',
      execution: exampleSummary.execution,
      executionArn:
        'arn:aws:states:us-east-1:123456789012:execution:abalone-scoring:7c2d4e1f-scoring',
    },
  },
});

export const listScorings = defineRoute({
  id: 'listScorings',
  method: 'GET',
  path: '/projects/{project}/scorings',
  summary: 'Lists the files that were scored, the newest first',
  description: 'All of the last 90 days: of uploads, schedules and requests.',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: z.object({ project: projectName }),
    query: z.strictObject(pageQuery),
  },
  answer: {
    status: 200,
    description: 'A page of scorings; none of a project that scores no files',
    body: z.object({ scorings: z.array(scoringSummary), nextPageToken }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    query: { pageSize: '20' },
    answer: { scorings: [exampleSummary] },
  },
});

export const getScoring = defineRoute({
  id: 'getScoring',
  method: 'GET',
  path: '/projects/{project}/scorings/{execution}',
  summary: 'Gives one scoring: its state, its results, and links to its files',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: z.object({ project: projectName, execution: executionName }),
    query: z.strictObject({
      rows: z.coerce
        .number()
        .int()
        .min(1)
        .max(100)
        .default(20)
        .meta({ description: 'Rows of the preview' }),
    }),
  },
  answer: { status: 200, description: 'The scoring', body: scoringDetail },
  problems: ['project-not-found', 'execution-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: { ...examplePath, execution: exampleSummary.execution },
    query: { rows: '1' },
    answer: {
      ...exampleSummary,
      problems: [
        { rule: 'number', count: 2, examples: ['line 7, column length: "x" is not a number'] },
      ],
      results: {
        explained: false,
        answers: {
          kind: 'number',
          mean: 9.9,
          standardDeviation: 2.6,
          minimum: 4.1,
          maximum: 19.2,
          bins: [{ lower: 4, upper: 20, count: 4_000 }],
        },
        preview: {
          columns: ['sex', 'length', 'prediction'],
          answerColumns: 1,
          rows: [['M', '0.455', '8.9']],
          isCutShort: true,
        },
      },
      files: [{ ...exampleDownload, name: 'predictions.csv' }],
      areFilesCutShort: false,
    },
  },
});
