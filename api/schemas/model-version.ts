import * as z from 'zod';
import { describedColumnSchema, evaluationSchema } from '../../events/index.ts';
import { datasetId, projectName, time, versionName } from '../fields.ts';
import { approvalStatus } from './decision.ts';

export const gateBound = z
  .object({ minimum: z.number().optional(), maximum: z.number().optional(), at: z.string() })
  .meta({
    id: 'GateBound',
    description:
      "The gate's, with which end of the confidence interval it is compared: `value`, `lower` or `upper`",
  });

const versionFields = {
  version: versionName,
  project: projectName,
  number: z.int(),
  modelPackageArn: z.string(),
  status: approvalStatus,
  isLive: z.boolean(),
  registeredAt: time,
  dataset: datasetId.optional().meta({ description: 'What it was trained on' }),
  algorithm: z.string().optional(),
  metrics: z.record(z.string(), z.number()).meta({
    description:
      'Numbers by name, as registered; those over out-of-fold predictions begin with `out-of-fold.`',
  }),
  decision: z
    .string()
    .optional()
    .meta({ description: 'Who approved or rejected it and why, as the registry says it' }),
  promotion: z.string().optional().meta({ description: 'How its last promotion ended' }),
};

export const versionSummary = z.object(versionFields).meta({ id: 'ModelVersionSummary' });

const endpointPast = z.object({
  execution: z.string(),
  outcome: z.string(),
  at: time,
  reason: z.string().optional(),
});

const lineage = z
  .object({
    dataset: datasetId.optional(),
    uri: z.string().optional().meta({ description: 'The upload' }),
    versionId: z.string().optional(),
    uploadedBytes: z.int().optional(),
    rows: z.int().optional(),
    sha256: z.string().optional().meta({ description: 'Of the data' }),
    trainingExecution: z.string().optional(),
    trainingJob: z.string().optional(),
    folder: z.string().optional().meta({ description: 'Everything that the run made' }),
    promotions: z.array(endpointPast).meta({ description: 'What the endpoint did with it' }),
    answers: z
      .object({
        endpoint: z.string(),
        isLive: z.boolean(),
        captured: z
          .string()
          .optional()
          .meta({ description: 'Where the requests are kept that the endpoint captures' }),
        capturePercent: z.number().optional(),
      })
      .meta({ description: 'Where it answers, or has answered' }),
  })
  .meta({ id: 'Lineage' });

export const versionDetail = z
  .object({
    ...versionFields,
    revision: z.string().meta({
      description:
        'Changes with the status. Send it with a decision, and the decision is refused where the status has changed since.',
    }),
    bounds: z.record(z.string(), gateBound).meta({
      description: 'The bounds of the gate as the project has them now, by metric',
    }),
    hyperparameters: z.record(z.string(), z.string()).meta({
      description: "The run's; those that are missing have the algorithm's defaults",
    }),
    columns: z
      .array(describedColumnSchema)
      .meta({ description: 'Of the data that it was trained on; empty where they are not known' }),
    labelMeaning: z.string().optional(),
    codeVersion: z.string().optional(),
    commit: z.string().optional(),
    champion: z.string().optional().meta({ description: 'The model it was compared with' }),
    evaluation: evaluationSchema.optional().meta({ description: 'evaluation.json of the run' }),
    lineage,
  })
  .meta({ id: 'ModelVersion' });

export const exampleVersionSummary = {
  version: 'abalone:3',
  project: 'abalone',
  number: 3,
  modelPackageArn:
    'arn:aws:sagemaker:us-east-1:123456789012:model-package/AbaloneModelPackageGroup/3',
  status: 'PendingManualApproval',
  isLive: false,
  registeredAt: '2026-11-29T19:32:20.000Z',
  dataset: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  algorithm: 'xgboost',
  metrics: { mse: 4.318 },
} as const;

export const exampleVersion = {
  ...exampleVersionSummary,
  revision: '9c1185a5c5e9fc54',
  bounds: { mse: { maximum: 6, at: 'value' } },
  hyperparameters: { max_depth: '5', eta: '0.2' },
  columns: [{ name: 'length', type: 'number', minimum: 0, maximum: 2 }],
  codeVersion: 'a3f1c9',
  champion: 'none',
  evaluation: { regression_metrics: { mse: { value: 4.318, standard_deviation: 0.21 } } },
  lineage: {
    dataset: exampleVersionSummary.dataset,
    uri: 's3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv',
    rows: 4_177,
    trainingExecution: '5d1f3c0a-upload',
    trainingJob: 'abalone-train-5d1f3c0a',
    folder: 'runs/abalone/0f1e2d3c4b5a69788796a5b4c3d2e1f0/',
    promotions: [],
    answers: { endpoint: 'abalone', isLive: false },
  },
} as const;
