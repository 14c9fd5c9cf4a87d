import * as z from 'zod';
import { columnSchema, problemSchema } from '../../events/index.ts';
import { datasetId, nextPageToken, pageQuery, projectName, time, versionName } from '../fields.ts';
import { defineRoute, forChanges, forPeople } from '../route.ts';
import { uploadForm, uploadRequest } from '../schemas/upload.ts';
import { anyGroup } from '../scopes.ts';

const states = {
  received: 'No execution has taken it yet',
  training: 'An execution works on it',
  registered: 'It gave a model version',
  'below-gate': 'Its model did not pass the gate',
  refused: 'Inspection refused it',
  duplicate: 'The same data was trained on before',
  superseded: 'A newer version of the object came before the training began',
  failed: 'The execution failed',
} as const;

const datasetState = z
  .enum(Object.keys(states) as [keyof typeof states])
  .meta({ id: 'DatasetState', description: describe(states) });

function describe(names: Readonly<Record<string, string>>): string {
  return Object.entries(names)
    .map(([name, meaning]) => `\`${name}\`: ${meaning}.`)
    .join(' ');
}

const datasetFields = {
  project: projectName,
  dataset: datasetId,
  name: z.string().meta({ description: "The key below the project's prefix" }),
  uri: z.string(),
  versionId: z.string(),
  sizeBytes: z.int(),
  uploadedAt: time,
  state: datasetState,
  execution: z.string().optional().meta({ description: 'The training that took it' }),
  model: versionName.optional(),
};

const datasetSummary = z.object(datasetFields).meta({ id: 'DatasetSummary' });

const columnProfile = columnSchema
  .extend({
    missing: z.int(),
    observedMinimum: z.number().optional(),
    observedMaximum: z.number().optional(),
    distinctValues: z.int().optional(),
    histogram: z
      .object({
        from: z.number().meta({ description: 'Where the first bin begins' }),
        width: z.number().meta({ description: 'Of each bin; 0 where all numbers are the same' }),
        counts: z.array(z.int()).max(40).meta({ description: 'How many numbers are in each bin' }),
      })
      .optional()
      .meta({ description: 'Of numbers' }),
    frequentValues: z
      .array(z.object({ value: z.string(), count: z.int() }))
      .max(20)
      .optional()
      .meta({ description: 'Of categories: the most frequent first' }),
    otherValues: z
      .int()
      .optional()
      .meta({ description: 'How many fields hold a value that is not among the frequent ones' }),
  })
  .meta({ id: 'ColumnProfile' });

const refusal = z
  .object({
    reason: z.string(),
    problems: z.array(problemSchema).meta({
      description: 'By rule: how often, and the first places with the values that stand there',
    }),
    recordedAt: time,
  })
  .meta({ id: 'Refusal' });

const datasetDetail = z
  .object({
    ...datasetFields,
    refusal: refusal.optional(),
    profile: z
      .object({
        rows: z.int(),
        excludedRows: z.int().optional(),
        sha256: z.string(),
        columns: z.array(columnProfile),
      })
      .optional(),
    models: z.array(versionName).meta({
      description: 'Versions that were trained on it, with any settings; the newest first',
    }),
  })
  .meta({ id: 'Dataset' });

const exampleSummary = {
  project: 'abalone',
  dataset: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  name: 'abalone.csv',
  uri: 's3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv',
  versionId: '3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
  sizeBytes: 191_873,
  uploadedAt: '2026-11-29T19:30:00.000Z',
  state: 'registered',
  execution: '5d1f3c0a-upload',
  model: 'abalone:3',
};

export const createUpload = defineRoute({
  id: 'createUpload',
  method: 'POST',
  path: '/projects/{project}/datasets',
  summary: 'Gives a form with which a browser uploads data to S3',
  description:
    'A presigned POST for one key below `incoming/<project>/`. Send `fields` and then `file` as multipart/form-data to `url`. The upload starts a training. S3 answers with `x-amz-version-id`; `GET /projects/{project}/datasets?name=…` lists the versions of a name.',
  scope: 'train',
  groups: ['operator'],
  request: {
    path: z.object({ project: projectName }),
    body: uploadRequest,
  },
  answer: {
    status: 201,
    description: 'The form',
    body: uploadForm,
  },
  problems: ['project-not-found'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: { project: 'abalone' },
    body: { fileName: 'abalone.csv', sizeBytes: 191_873 },
    answer: {
      url: 'https://stepmill-dev-abalone-storagebucket.s3.us-east-1.amazonaws.com/',
      fields: { key: 'incoming/abalone/abalone.csv', 'Content-Type': 'text/csv', Policy: '…' },
      uri: 's3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv',
      expiresAt: '2026-11-29T19:45:00.000Z',
    },
  },
});

export const listDatasets = defineRoute({
  id: 'listDatasets',
  method: 'GET',
  path: '/projects/{project}/datasets',
  summary: 'Lists uploads and what became of them',
  description: 'Every version of every object below the prefix, by name, the newest version first.',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: z.object({ project: projectName }),
    query: z.strictObject({
      name: z.string().max(1_024).optional().meta({ description: 'Only names that begin so' }),
      ...pageQuery,
    }),
  },
  answer: {
    status: 200,
    description: 'A page of uploads',
    body: z.object({ datasets: z.array(datasetSummary), nextPageToken }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: { project: 'abalone' },
    query: { pageSize: '20' },
    answer: { datasets: [exampleSummary] },
  },
});

const datasetPath = z.object({ project: projectName, dataset: datasetId });
const exampleDatasetPath = { project: 'abalone', dataset: exampleSummary.dataset };

export const getDataset = defineRoute({
  id: 'getDataset',
  method: 'GET',
  path: '/projects/{project}/datasets/{dataset}',
  summary: 'Gives one upload: its state, why it was refused, the profile of its columns',
  scope: 'read',
  groups: anyGroup,
  request: { path: datasetPath },
  answer: { status: 200, description: 'The upload', body: datasetDetail },
  problems: ['project-not-found', 'dataset-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: exampleDatasetPath,
    answer: {
      ...exampleSummary,
      profile: {
        rows: 4_177,
        sha256: 'de37cdcdcaaa50c309d514f248f7c2302a5f1f88c168905eba23fe2fbc78449f',
        columns: [
          {
            name: 'sex',
            type: 'category',
            missing: 0,
            distinctValues: 3,
            frequentValues: [
              { value: 'M', count: 1_528 },
              { value: 'I', count: 1_342 },
              { value: 'F', count: 1_307 },
            ],
            otherValues: 0,
          },
        ],
      },
      models: ['abalone:3'],
    },
  },
});

export const previewDataset = defineRoute({
  id: 'previewDataset',
  method: 'GET',
  path: '/projects/{project}/datasets/{dataset}/preview',
  summary: 'Gives the first rows of an upload, with the places that inspection refused',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: datasetPath,
    query: z.strictObject({ rows: z.coerce.number().int().min(1).max(100).default(20) }),
  },
  answer: {
    status: 200,
    description: 'The first rows',
    body: z
      .object({
        columns: z.array(z.string()),
        rows: z
          .array(z.object({ line: z.int(), fields: z.array(z.string()) }))
          .meta({ description: 'The first rows, and after them the further rows with marks' }),
        isCutShort: z.boolean().meta({ description: 'Whether the upload has more rows' }),
        marks: z
          .array(
            z.object({
              line: z.int(),
              column: z.string().optional(),
              rule: z.string(),
              text: z.string().meta({ description: 'What is wrong there, as inspection wrote it' }),
            }),
          )
          .meta({ description: 'Places that inspection refused: the first of each rule' }),
      })
      .meta({ id: 'Preview' }),
  },
  problems: ['project-not-found', 'dataset-not-found'],
  throttle: forPeople,
  example: {
    path: exampleDatasetPath,
    query: { rows: '2' },
    answer: {
      columns: ['sex', 'length'],
      rows: [{ line: 1, fields: ['M', 'x'] }],
      isCutShort: true,
      marks: [
        {
          line: 1,
          column: 'length',
          rule: 'number',
          text: 'line 1, column length: "x" is not a number',
        },
      ],
    },
  },
});
