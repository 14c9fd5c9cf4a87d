import * as z from 'zod';

/** Fields that several routes share. */

export const projectName = z
  .string()
  .max(24)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case words joined by single hyphens')
  .meta({ id: 'ProjectName', description: 'A project', example: 'abalone' });

/** `abalone:3`: the version of a project's model. */
export const versionName = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*:[1-9][0-9]{0,9}$/, 'PROJECT:NUMBER, such as abalone:3')
  .meta({ id: 'VersionName', description: 'A model version', example: 'abalone:3' });

export const datasetId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits')
  .meta({
    id: 'DatasetId',
    description: 'One uploaded version of one object',
    example: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  });

export const workflowName = z
  .enum(['training', 'promotion', 'trial', 'scoring', 'monitoring', 'retraining'])
  .meta({ id: 'WorkflowName', description: 'A state machine of the project' });

export const executionName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,80}$/, 'at most 80 letters, digits, hyphens and underscores')
  .meta({ id: 'ExecutionName', description: 'An execution', example: 'b2c5f7a0-upload' });

export const jobName = z
  .string()
  .regex(/^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$/, 'a name of a SageMaker job')
  .meta({ id: 'JobName', description: 'A SageMaker job', example: 'abalone-train-5d1f3c0a' });

export const time = z.iso.datetime().meta({ example: '2026-11-29T19:30:00.000Z' });

/** What a person writes; it becomes one line of a model package. */
export const reason = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[ -~\u00a0-\u2027\u202a-\ufffd]+$/, 'one line without control characters')
  .meta({ description: 'Why, for the registry and the audit', example: 'Better on every class' });

/** What a file that is uploaded may be called. */
export const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._() -]*(\/[A-Za-z0-9_][A-Za-z0-9._() -]*)*$/,
    'letters, digits, spaces and . _ - ( ), beginning with a letter, a digit or _; folders end in /',
  )
  .meta({ example: 'abalone.csv' });

const DEFAULT_PAGE = 20;
const LARGEST_PAGE = 100;

/** The query of a route that answers in pages. */
export const pageQuery = {
  pageSize: z.coerce
    .number()
    .int()
    .min(1)
    .max(LARGEST_PAGE)
    .default(DEFAULT_PAGE)
    .meta({ description: 'Entries of a page', example: 20 }),
  pageToken: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .meta({ description: '`nextPageToken` of the page before' }),
};

/** Of an answer in pages. */
export const nextPageToken = z
  .string()
  .optional()
  .meta({ description: 'Where the next page begins; missing on the last' });
