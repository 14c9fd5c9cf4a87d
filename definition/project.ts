import { z } from 'zod';
import { servingSchema } from './serving.ts';

/** Words with which Stepmill ends its own names; a project's name may not hold one. */
const reservedWords = [
  'prepare',
  'train',
  'evaluate',
  'compare',
  'training',
  'promotion',
  'scoring',
  'monitoring',
  'trial',
];

const name = z
  .string()
  .max(24, 'at most 24 characters, so that job names stay within 63; shorten it')
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'lower-case words joined by single hyphens, beginning with a letter',
  )
  .refine((value) => !value.split('-').some((word) => reservedWords.includes(word)), {
    message: `may not hold the words ${reservedWords.join(', ')}; choose another name`,
  });

const columnBase = {
  name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[^\s,"]+$/, 'no white space, commas or quotes'),
  /** Whether a field may be missing: empty, or one of `missingValues`. */
  optional: z.boolean().default(false),
  /**
   * Texts such as `?` that stand where a value is missing, exactly as they are written; pandas calls
   * them `na_values`. @default an empty field only
   */
  missingValues: z.array(z.string().min(1)).min(1).max(20).optional(),
};
const numericBase = {
  ...columnBase,
  minimum: z.number().optional(),
  maximum: z.number().optional(),
};

/** One column of the dataset, in the file's order. */
const columnSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...numericBase, type: z.literal('number') }),
  z.strictObject({ ...numericBase, type: z.literal('integer') }),
  z.strictObject({
    ...columnBase,
    type: z.literal('category'),
    values: z.array(z.string().min(1)).min(2).max(200).optional(),
  }),
]);

const datasetSchema = z
  .strictObject({
    columns: z.array(columnSchema).min(2).max(500),
    /** The column to predict. */
    label: z.string(),
    /** Whether the first line names the columns. */
    header: z.boolean(),
    delimiter: z.enum([',', ';', '\t', '|']).default(','),
    /** Every upload is a dataset of its own; several files as one dataset are not supported yet. */
    layout: z.literal('file').default('file'),
    /** Seconds without a newer upload after which a dataset counts as complete. */
    settleSeconds: z.int().min(0).max(3600).default(10),
    /** `lf` refuses Windows line ends, `any` takes both. */
    lineEnds: z.enum(['lf', 'any']).default('lf'),
    byteOrderMark: z.enum(['refuse', 'accept']).default('refuse'),
    /** A dataset with fewer rows is refused. */
    minimumRows: z.int().min(1).default(100),
  })
  .superRefine((dataset, context) => {
    const names = dataset.columns.map((column) => column.name);
    if (!names.includes(dataset.label)) {
      context.addIssue({
        code: 'custom',
        path: ['label'],
        input: dataset.label,
        message: `must name a column; there are ${names.join(', ')}`,
      });
    }
    for (const [index, column] of dataset.columns.entries()) {
      if (names.indexOf(column.name) !== index) {
        context.addIssue({
          code: 'custom',
          path: ['columns', index, 'name'],
          input: column.name,
          message: 'names a column for the second time; rename one of the two',
        });
      }
      const contradiction = findContradiction(column);
      if (contradiction === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: ['columns', index, 'missingValues'],
        input: column.missingValues,
        message: `may not hold ${JSON.stringify(contradiction)}, which is one of the column's values; remove it from one of the two`,
      });
    }
  });

/** A text that is a value and means that there is none. */
function findContradiction(column: z.output<typeof columnSchema>): string | undefined {
  if (column.type !== 'category') return undefined;
  return column.missingValues?.find((text) => column.values?.includes(text));
}

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
/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: two are ours. */
const hyperparametersSchema = settingsOf(2_500, 98);

const processingStep = {
  script,
  arguments: argumentsSchema.default({}),
  instanceType: instanceType.default('ml.m5.large'),
  volumeSizeGb: z.int().min(1).max(16_384).default(20),
  timeoutSeconds: z.int().min(60).max(432_000).default(3600),
};

const boundSchema = z
  .strictObject({
    metric: z.string().min(1),
    /** The metric may not be above it. */
    maximum: z.number().optional(),
    /** The metric may not be below it. */
    minimum: z.number().optional(),
  })
  .refine((bound) => bound.maximum !== undefined || bound.minimum !== undefined, {
    message: 'needs a maximum or a minimum',
  });

const gateSchema = z.strictObject({
  bounds: z.array(boundSchema).min(1),
  /** How the candidate must compare with the champion on the same rows. Without it, not at all. */
  champion: z
    .strictObject({
      metric: z.string().min(1),
      better: z.enum(['lower', 'higher']),
      /** How much worse the candidate may be, as a share of the champion's value. */
      tolerance: z.number().min(0).max(1).default(0),
    })
    .optional(),
});

const trainingSchema = z
  .strictObject({
    framework,
    script,
    hyperparameters: hyperparametersSchema.default({}),
    instanceType: instanceType.default('ml.m5.large'),
    instanceCount: z.int().min(1).max(100).default(1),
    volumeSizeGb: z.int().min(1).max(16_384).default(30),
    timeoutSeconds: z.int().min(60).max(2_419_200).default(3600),
    /** Managed spot instances; `waitSeconds` bounds waiting and training together. */
    spot: z.strictObject({ waitSeconds: z.int().min(60) }).optional(),
  })
  .refine(
    (training) =>
      training.spot === undefined || training.spot.waitSeconds >= training.timeoutSeconds,
    { message: 'spot.waitSeconds must be at least timeoutSeconds', path: ['spot', 'waitSeconds'] },
  );

const registrySchema = z.strictObject({
  modelPackageGroup: z
    .string()
    .max(44, 'at most 44 characters, to leave room for the environment; shorten it')
    .regex(/^[a-zA-Z0-9](-?[a-zA-Z0-9])*$/, 'letters, digits and single hyphens'),
  approval: z.enum(['manual', 'automatic']).default('manual'),
  /**
   * `pipeline` serves preprocessor and model in a container each; with `single-container` the model's
   * archive holds both, which serverless endpoints and shadow variants demand.
   */
  packaging: z.enum(['pipeline', 'single-container']).default('pipeline'),
  /** Content types the pipeline takes. */
  contentTypes: z.array(z.string()).min(1).default(['text/csv']),
  responseTypes: z.array(z.string()).min(1).default(['text/csv']),
});

/** How long things stay in the bucket. Current uploads and what runs made are never deleted. */
const retentionSchema = z.strictObject({
  /** Requests and answers captured at the endpoint. */
  capturedDays: z.int().min(1).max(3650).default(30),
  /** Records of refused uploads. */
  quarantineDays: z.int().min(1).max(3650).default(365),
  /** Versions that were overwritten or deleted. */
  oldVersionDays: z.int().min(1).max(3650).default(90),
  /** When uploads and runs move to S3 Intelligent-Tiering; `null` leaves them in S3 Standard. */
  tieringDays: z.int().min(0).max(3650).nullable().default(30),
});

const projectFields = z.strictObject({
  name,
  /** One sentence for dashboards and messages. */
  description: z.string().min(1).max(200),
  problem: z.enum(['regression', 'binary', 'multiclass']),
  /** The folder with the container scripts, from the root of the repository. */
  code: z.string().min(1),
  dataset: datasetSchema,
  processing: z.strictObject({ framework, ...processingStep }),
  training: trainingSchema,
  /** Runs in the training image, which can load both models. */
  evaluation: z.strictObject(processingStep),
  gate: gateSchema,
  registry: registrySchema,
  serving: servingSchema,
  retention: retentionSchema.prefault({}),
});

/**
 * https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html and
 * https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests-exclusions.html
 */
function needsOneContainer({ serving }: z.output<typeof projectFields>): string | undefined {
  if (serving.type === 'serverless') return 'serverless endpoints';
  return serving.trial?.type === 'shadow' ? 'shadow variants' : undefined;
}

/** A machine learning problem: the one place that says what its workflows do. */
export const projectSchema = projectFields.superRefine((project, context) => {
  const what = needsOneContainer(project);
  if (what === undefined || project.registry.packaging === 'single-container') return;
  context.addIssue({
    code: 'custom',
    path: ['registry', 'packaging'],
    input: project.registry.packaging,
    message: `must be "single-container", because SageMaker has no ${what} of several containers`,
  });
});

export type ProjectInput = z.input<typeof projectSchema>;
export type Project = z.output<typeof projectSchema>;
