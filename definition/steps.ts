import * as z from 'zod';
import { computeSchema } from './compute.ts';

const instanceType = z
  .string()
  .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'a SageMaker instance type such as ml.m5.large');
const framework = z.strictObject({
  name: z.enum(['sagemaker-scikit-learn', 'sagemaker-xgboost']),
  version: z.string().regex(/^\d+\.\d+-\d+$/, 'an image version such as 1.9-0'),
});
const script = z.string().regex(/^[a-z_][a-z0-9_]*\.py$/, 'a Python file in the code folder');

/**
 * Settings as a job takes them: each in one line, within the length and number of AWS's API.
 *
 * @param length characters of one value
 * @param count settings in all
 */
function settingsOf(length: number, count: number) {
  return z
    .record(
      z
        .string()
        .max(128)
        .regex(/^[a-z][a-z0-9_-]*$/, 'an argument name as argparse declares it'),
      z.union([
        z
          .string()
          .max(length, `at most ${length} characters, which is what SageMaker takes`)
          .regex(/^[^\n\r\u0085\u2028\u2029]*$/, 'one line, which is what SageMaker takes'),
        z.number(),
        z.boolean(),
      ]),
    )
    .refine((settings) => Object.keys(settings).length <= count, {
      message: `at most ${count} settings, which is what SageMaker takes`,
    });
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppSpecification.html: 100 words. */
const argumentsSchema = settingsOf(256, 50);
/**
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: 100, of which
 * `algorithm`, the script and its archive are ours.
 */
const hyperparametersSchema = settingsOf(2_500, 97);

/** What a step has that names nothing else. */
export const stepDefaults = {
  processing: { instanceType: 'ml.m5.large', volumeSizeGb: 20, timeoutSeconds: 3600 },
  training: { instanceType: 'ml.m5.large', volumeSizeGb: 30, timeoutSeconds: 3600 },
  evaluation: { instanceType: 'ml.m5.large', volumeSizeGb: 20, timeoutSeconds: 3600 },
} as const;

/** The versions of SageMaker's images whose libraries `images/trainer` has. */
export const trainerFrameworks = {
  'sagemaker-scikit-learn': '1.9-0',
  'sagemaker-xgboost': '3.2-0',
} as const;

const stepCompute = {
  /** Where the step runs. @default the project's `compute` */
  compute: computeSchema.optional(),
} as const;

/** The settings of a step that is a processing job on SageMaker. */
function processingStep(defaults: (typeof stepDefaults)['processing' | 'evaluation']) {
  return {
    ...stepCompute,
    arguments: argumentsSchema.default({}),
    instanceType: instanceType.default(defaults.instanceType),
    volumeSizeGb: z.int().min(1).max(16_384).default(defaults.volumeSizeGb),
    timeoutSeconds: z.int().min(60).max(432_000).default(defaults.timeoutSeconds),
  };
}

export const processingSchema = z.strictObject({
  framework: framework.prefault({
    name: 'sagemaker-scikit-learn',
    version: trainerFrameworks['sagemaker-scikit-learn'],
  }),
  script: script.default('preprocess.py'),
  ...processingStep(stepDefaults.processing),
});

/** Runs in the training image, which can load both models. */
export const evaluationSchema = z.strictObject({
  script: script.default('evaluate.py'),
  ...processingStep(stepDefaults.evaluation),
});

export const trainingSchema = z
  .strictObject({
    /**
     * An algorithm of the kit. `random-forest` is XGBoost's, so that contributions are exact.
     * @default `xgboost`; none with scripts of your own
     */
    algorithm: z
      .enum(['xgboost', 'random-forest', 'logistic-regression', 'linear-regression'])
      .optional(),
    framework: framework.prefault({
      name: 'sagemaker-xgboost',
      version: trainerFrameworks['sagemaker-xgboost'],
    }),
    script: script.default('train.py'),
    hyperparameters: hyperparametersSchema.default({}),
    ...stepCompute,
    instanceType: instanceType.default(stepDefaults.training.instanceType),
    instanceCount: z.int().min(1).max(100).default(1),
    volumeSizeGb: z.int().min(1).max(16_384).default(stepDefaults.training.volumeSizeGb),
    timeoutSeconds: z.int().min(60).max(2_419_200).default(stepDefaults.training.timeoutSeconds),
    /** Managed spot instances; `waitSeconds` bounds waiting and training together. */
    spot: z.strictObject({ waitSeconds: z.int().min(60) }).optional(),
  })
  .refine(
    (training) =>
      training.spot === undefined || training.spot.waitSeconds >= training.timeoutSeconds,
    { message: 'spot.waitSeconds must be at least timeoutSeconds', path: ['spot', 'waitSeconds'] },
  );

export type Processing = z.output<typeof processingSchema>;
export type Evaluation = z.output<typeof evaluationSchema>;
export type Training = z.output<typeof trainingSchema>;
