import * as z from 'zod';
import { projectName } from '../fields.ts';
import { defineRoute, forChanges } from '../route.ts';
import { startedExecution } from '../schemas/execution.ts';

const hyperparameters = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^(?!sagemaker_)[a-z][a-z0-9_-]*$/, 'a name such as max_depth'),
    z.union([z.string().max(2_500), z.number(), z.boolean()]),
  )
  .refine((settings) => Object.keys(settings).length <= 97, 'at most 97 hyperparameters');

export const startTraining = defineRoute({
  id: 'startTraining',
  method: 'POST',
  path: '/training/start',
  summary: 'Starts a training on data that was uploaded',
  description:
    'Starts an execution of `<project>-training` on an upload, with the settings of the project but for those named here, as `stepmill train` does. An upload starts a training by itself; this one is for other settings. The same data under the same settings is trained on once: the execution then ends as `Duplicate`.',
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
          .meta({ description: "An upload below the project's `incoming/` prefix" }),
        algorithm: z
          .string()
          .max(64)
          .regex(/^[a-z][a-z0-9-]*$/, 'a name such as random-forest')
          .optional()
          .meta({ description: 'One of the algorithms of the kit' }),
        hyperparameters: hyperparameters.optional(),
      })
      .meta({ id: 'TrainingRequest' }),
  },
  answer: { status: 202, description: 'The execution has started', body: startedExecution },
  problems: ['project-not-found', 'dataset-not-found'],
  throttle: forChanges,
  isChange: true,
  isAtRoot: true,
  example: {
    body: {
      modelName: 'abalone',
      datasetUri: 's3://stepmill-dev-abalone-storagebucket/incoming/abalone/abalone.csv',
      algorithm: 'random-forest',
      hyperparameters: { max_depth: 6 },
    },
    answer: {
      project: 'abalone',
      workflow: 'training',
      execution: '5d1f3c0a-training',
      executionArn:
        'arn:aws:states:us-east-1:123456789012:execution:abalone-training:5d1f3c0a-training',
    },
  },
});
