import * as z from 'zod';
import { projectName, versionName } from '../fields.ts';
import { defineRoute, forPredictions, forPublic } from '../route.ts';

/** What an answer holds beside the prediction. */
const includes = ['probability', 'probabilities', 'confidence', 'riskFactors'] as const;

const exampleRecord = {
  sex: 'M',
  length: 0.455,
  diameter: 0.365,
  height: 0.095,
  whole_weight: 0.514,
  shucked_weight: 0.2245,
  viscera_weight: 0.101,
  shell_weight: 0.15,
};

const recordSchema = z
  .record(z.string().max(128), z.union([z.string().max(10_000), z.number(), z.null()]))
  .meta({
    id: 'PredictionRecord',
    description:
      'One row by the names of its columns. A column that may be missing may be left out or null; the label is not part of a record.',
    example: exampleRecord,
  });

const questionFields = {
  records: z.array(recordSchema).min(1).max(1_000),
  include: z.array(z.enum(includes)).max(includes.length).optional().meta({
    description:
      'What each answer holds beside the prediction. By default all that the kind of model has, without `probabilities`.',
  }),
};

const riskFactorSchema = z.looseObject({
  column: z.string(),
  contribution: z.number().meta({ description: 'In log-odds, or in units of the label' }),
});

const predictionSchema = z
  .object({
    prediction: z.union([z.number(), z.string()]),
    probability: z.number().optional(),
    probabilities: z.record(z.string(), z.number()).optional(),
    confidence: z.looseObject({ level: z.string() }).optional(),
    riskFactors: z.array(riskFactorSchema).optional(),
    unseen: z
      .array(z.string())
      .optional()
      .meta({ description: 'Columns with a category that the training data did not have' }),
    outOfRange: z
      .array(z.string())
      .optional()
      .meta({ description: 'Columns with a number outside the range that the project declares' }),
    inferenceId: z.string().meta({
      description:
        'The inference id of the request, a dot, and the number of the record in it. Captured data and labels that arrive later name the request: the part before the dot',
    }),
  })
  .meta({ id: 'Prediction' });

const answerSchema = z
  .object({
    modelName: projectName,
    model: versionName.nullable().meta({
      description:
        'The version that answered: while a trial runs, that of its variant; while a rollout runs, the one before it. Null for a model of no package.',
    }),
    variant: z.string().optional().meta({ description: 'The variant that answered' }),
    predictions: z.array(predictionSchema),
  })
  .meta({ id: 'PredictionAnswer' });

const answer = {
  status: 200,
  description: 'One answer a record, in their order',
  body: answerSchema,
} as const;

const exampleAnswer = {
  modelName: 'abalone',
  model: 'abalone:3',
  variant: 'AllTraffic',
  predictions: [
    {
      prediction: 8.9,
      inferenceId: '5d1f3c0a-9f6e-4e53-9d4e-1c6f0b1f6a11.1',
      confidence: { level: 'medium' },
      riskFactors: [{ column: 'shell_weight', contribution: -1.2, value: 0.15 }],
    },
  ],
};

export const predict = defineRoute({
  id: 'predict',
  method: 'POST',
  path: '/inference/predict',
  summary: 'Asks the live model',
  description:
    "Checks the records by the project's columns, asks the live endpoint once for all of them, and gives its answers.",
  scope: 'predict',
  groups: ['viewer', 'operator', 'approver'],
  request: {
    body: z
      .strictObject({ modelName: projectName, ...questionFields })
      .meta({ id: 'PredictionRequest' }),
  },
  answer,
  problems: ['project-not-found', 'no-live-model', 'rows-refused', 'model-failed'],
  throttle: forPredictions,
  isAtRoot: true,
  example: {
    body: { modelName: 'abalone', records: [exampleRecord] },
    answer: exampleAnswer,
  },
});

export const predictPublicly = defineRoute({
  id: 'predictPublicly',
  method: 'POST',
  path: '/public/projects/{project}/predict',
  summary: 'Asks the live model of a project that is open to everyone',
  description:
    'Works without sign-in for projects with `publicPredict: true`. For any other project it answers `project-not-found`.',
  groups: [],
  request: {
    path: z.object({ project: projectName }),
    body: z.strictObject(questionFields).meta({ id: 'PublicPredictionRequest' }),
  },
  answer,
  problems: ['project-not-found', 'no-live-model', 'rows-refused', 'model-failed'],
  throttle: forPublic,
  example: {
    path: { project: 'abalone' },
    body: { records: [exampleRecord] },
    answer: exampleAnswer,
  },
});
