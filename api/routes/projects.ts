import * as z from 'zod';
import {
  describedColumnSchema,
  hyperparameterSchema,
  rolloutSchema,
  trialTermsSchema,
} from '../../events/index.ts';
import { projectName } from '../fields.ts';
import { defineRoute, forPeople, forPublic } from '../route.ts';
import { exampleProject, projectFields } from '../schemas/project.ts';
import { exampleCapacity, servingCapacity, servingType } from '../schemas/serving.ts';
import { anyGroup } from '../scopes.ts';

const formColumn = describedColumnSchema.meta({ id: 'Column' });

/** How numbers and fields are written. */
const notationFields = {
  delimiter: z.string(),
  decimal: z.string().meta({ description: 'The mark before the fraction of a number' }),
  thousands: z.string().optional(),
};

const exampleNotation = { delimiter: ',', decimal: '.' };

const predictionForm = z
  .object({
    ...projectFields,
    label: z.string().meta({ description: 'What is predicted' }),
    ...notationFields,
    labelPosition: z.int().optional().meta({
      description: 'Where the label stands in files, from 0 on; missing where it does not',
    }),
    columns: z.array(formColumn).meta({
      description: 'What a record holds, in the order of the file; without the label',
    }),
  })
  .meta({ id: 'PredictionForm' });

const projectSchema = z
  .object({
    ...projectFields,
    label: z.string(),
    header: z.boolean(),
    ...notationFields,
    encoding: z.enum(['utf-8', 'utf-16', 'windows-1252']),
    lineEnds: z.enum(['lf', 'any']),
    byteOrderMark: z.enum(['refuse', 'accept']),
    missingLabel: z.enum(['refuse', 'set-aside']),
    labelColumn: z.literal('last').optional().meta({
      description: 'Where a file may have a derived label; missing where no file has it',
    }),
    minimumRows: z.int().meta({ description: 'Data with fewer rows is refused' }),
    layout: z
      .enum(['file', 'folder'])
      .meta({ description: 'Whether a file or all files of a folder are one dataset' }),
    marker: z.string().optional().meta({ description: 'The file that closes a folder' }),
    columns: z.array(formColumn).meta({ description: 'All columns of the file, in its order' }),
    recordColumns: z
      .array(z.string())
      .meta({ description: 'The columns of a prediction record, which lacks the label' }),
    training: z.object({
      algorithm: z.string().optional(),
      hyperparameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      algorithms: z
        .record(z.string(), z.record(z.string(), hyperparameterSchema))
        .meta({ description: 'What the algorithms of the kit take; empty with own scripts' }),
      instanceType: z.string(),
      instanceCount: z.int(),
      timeoutSeconds: z.int(),
    }),
    gate: z.object({
      bounds: z.array(
        z.object({
          metric: z.string(),
          minimum: z.number().optional(),
          maximum: z.number().optional(),
          over: z.string(),
          at: z.string(),
        }),
      ),
      champion: z
        .object({ metric: z.string(), better: z.enum(['lower', 'higher']), tolerance: z.number() })
        .optional(),
    }),
    approval: z.enum(['manual', 'automatic']),
    serving: z.object({
      type: servingType,
      capacity: servingCapacity,
      rollout: rolloutSchema.optional().meta({ description: 'How a new model takes over' }),
      trial: trialTermsSchema
        .optional()
        .meta({ description: 'How a new model is tried beside the live one first' }),
      capturePercent: z.number().optional(),
    }),
    publicPredict: z.boolean(),
    scoring: z
      .object({
        canExplain: z.boolean(),
        explain: z.boolean(),
        keepDays: z.number(),
      })
      .optional()
      .meta({ description: 'How files are scored as a whole; missing where they are not' }),
  })
  .meta({ id: 'Project' });

export const listProjects = defineRoute({
  id: 'listProjects',
  method: 'GET',
  path: '/projects',
  summary: 'Lists the projects',
  scope: 'read',
  groups: anyGroup,
  request: {},
  answer: {
    status: 200,
    description: 'All projects of the environment',
    body: z.object({
      environment: z.string(),
      projects: z.array(z.object({ ...projectFields, publicPredict: z.boolean() })),
    }),
  },
  problems: [],
  throttle: forPeople,
  isPolled: true,
  example: {
    answer: {
      environment: 'dev',
      projects: [{ ...exampleProject, publicPredict: false }],
    },
  },
});

const exampleColumns = [
  { name: 'sex', type: 'category', values: ['F', 'I', 'M'] },
  { name: 'length', type: 'number', minimum: 0, maximum: 2 },
];

export const getProjectSchema = defineRoute({
  id: 'getProjectSchema',
  method: 'GET',
  path: '/projects/{project}/schema',
  summary: "Gives a project's columns and settings",
  description: 'From it a form for predictions or for a training can be made.',
  scope: 'read',
  groups: anyGroup,
  request: { path: z.object({ project: projectName }) },
  answer: { status: 200, description: 'The project', body: projectSchema },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: { project: 'abalone' },
    answer: {
      ...exampleProject,
      label: 'rings',
      header: false,
      ...exampleNotation,
      encoding: 'utf-8',
      lineEnds: 'lf',
      byteOrderMark: 'refuse',
      missingLabel: 'refuse',
      minimumRows: 100,
      layout: 'file',
      columns: [...exampleColumns, { name: 'rings', type: 'integer', minimum: 0, maximum: 100 }],
      recordColumns: ['sex', 'length'],
      training: {
        algorithm: 'xgboost',
        hyperparameters: { max_depth: 5 },
        algorithms: { xgboost: { max_depth: { type: 'integer', minimum: 1, maximum: 20 } } },
        instanceType: 'ml.m5.large',
        instanceCount: 1,
        timeoutSeconds: 3_600,
      },
      gate: { bounds: [{ metric: 'mse', maximum: 6, over: 'test', at: 'value' }] },
      approval: 'manual',
      serving: {
        type: 'instances',
        capacity: exampleCapacity,
        rollout: { type: 'all-at-once', bakeSeconds: 300 },
        capturePercent: 10,
      },
      publicPredict: false,
    },
  },
});

export const getPublicForm = defineRoute({
  id: 'getPublicForm',
  method: 'GET',
  path: '/public/projects/{project}/form',
  summary: 'Gives the columns of a project that is open to everyone',
  description:
    'Needs no sign-in: what must be known to ask. Answers for projects with `publicPredict: true` only.',
  groups: [],
  request: { path: z.object({ project: projectName }) },
  answer: { status: 200, description: 'What a record holds', body: predictionForm },
  problems: ['project-not-found'],
  throttle: forPublic,
  isPolled: true,
  example: {
    path: { project: 'abalone' },
    answer: {
      ...exampleProject,
      label: 'rings',
      ...exampleNotation,
      labelPosition: 2,
      columns: exampleColumns,
    },
  },
});
