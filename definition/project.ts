import * as z from 'zod';
import { canSolve } from './algorithms.ts';
import { computeSchema } from './compute.ts';
import { columnNamesSchema, datasetSchema, type Mistake } from './dataset.ts';
import { gateSchema } from './gate.ts';
import { judgeCompute } from './judge-compute.ts';
import { MAXIMUM_NAME_CHARACTERS, PROJECT_NAME, RESERVED_WORDS } from './project-name.ts';
import { findCapturePercent, findTrial, servingSchema } from './serving.ts';
import { evaluationSchema, processingSchema, trainingSchema } from './steps.ts';
import { judgeTarget, splitSchema, targetSchema } from './target.ts';
import { monitoringSchema, retrainingSchema, scoringSchema } from './watching.ts';

/** The folder of the kit's scripts, which most projects use. */
export const KIT_FOLDER = 'projects/tabular/python';

const name = z
  .string()
  .max(
    MAXIMUM_NAME_CHARACTERS,
    `at most ${MAXIMUM_NAME_CHARACTERS} characters, so that job names stay within 63; shorten it`,
  )
  .regex(PROJECT_NAME, 'lower-case words joined by single hyphens, beginning with a letter')
  .refine((value) => !value.split('-').some((word) => RESERVED_WORDS.includes(word)), {
    message: `may not hold the words ${RESERVED_WORDS.join(', ')}; choose another name`,
  });

const registrySchema = z.strictObject({
  /** @default the project's name in capitals, such as `TitanicModelPackageGroup` */
  modelPackageGroup: z
    .string()
    .max(44, 'at most 44 characters, to leave room for the environment; shorten it')
    .regex(/^[a-zA-Z0-9](-?[a-zA-Z0-9])*$/, 'letters, digits and single hyphens')
    .optional(),
  approval: z.enum(['manual', 'automatic']).default('manual'),
  /**
   * `pipeline` serves preprocessor and model in a container each; with `single-container` the model's
   * archive holds both, which serverless endpoints and shadow variants demand.
   */
  packaging: z.enum(['pipeline', 'single-container']).default('pipeline'),
  /** Content types the model takes. @default `text/csv`, and `application/json` with the kit's scripts */
  contentTypes: z.array(z.string()).min(1).optional(),
  /** @default as `contentTypes` */
  responseTypes: z.array(z.string()).min(1).optional(),
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
  /** A folder with scripts of your own, from the root of the repository. @default the kit's scripts */
  code: z.string().min(1).default(KIT_FOLDER),
  dataset: datasetSchema,
  target: targetSchema.optional(),
  split: splitSchema.prefault({}),
  /** Where the steps of a training run: the name of a service, or its sizes; a step may name its own. */
  compute: computeSchema.default({ type: 'sagemaker' }),
  /** Whether preparation, training and evaluation share one container start, which suits small data. */
  oneJob: z.boolean().default(false),
  processing: processingSchema.prefault({}),
  training: trainingSchema.prefault({}),
  evaluation: evaluationSchema.prefault({}),
  gate: gateSchema,
  registry: registrySchema.prefault({}),
  /** @default one ml.m5.large; a new model takes over at once */
  serving: servingSchema.prefault({ type: 'instances' }),
  retention: retentionSchema.prefault({}),
  /** Whether everyone may ask the live model over the HTTP API, without sign-in. */
  publicPredict: z.boolean().default(false),
  /** @default files are not scored as a whole */
  scoring: scoringSchema.optional(),
  /** @default the live model is not watched */
  monitoring: monitoringSchema.optional(),
  /** @default only people and uploads start a training */
  retraining: retrainingSchema.optional(),
});

type Fields = z.output<typeof projectFields>;

/** A machine learning problem: the one place that says what its workflows do. */
export const projectSchema = projectFields.transform(fillIn);

/** Of a dataset, what its judges look at: another mistake in it hides none of theirs. */
const judgedFields = z.object({ ...projectFields.shape, dataset: columnNamesSchema });

type Judged = Omit<Fields, 'dataset'> & { readonly dataset: z.output<typeof columnNamesSchema> };

/** The parts that are judged together. Each is read alone, so that a mistake in one hides none between others. */
const judgements: readonly ((input: ProjectInput) => Mistake[])[] = [
  (input) =>
    together(input, { dataset: true, target: true, split: true }, (project) =>
      judgeTarget(project.dataset, project.target, project.split),
    ),
  (input) => together(input, { dataset: true }, judgeFeatures),
  (input) => together(input, { dataset: true, problem: true }, judgeClasses),
  (input) => together(input, { code: true, problem: true, training: true }, judgeAlgorithm),
  (input) =>
    together(
      input,
      { compute: true, oneJob: true, processing: true, training: true, evaluation: true },
      judgeCompute,
    ),
  (input) => together(input, { registry: true, serving: true }, judgePackaging),
  (input) => together(input, { code: true, scoring: true }, judgeScoring),
  (input) => together(input, { code: true, serving: true, monitoring: true }, judgeMonitoring),
  (input) => together(input, { monitoring: true, retraining: true }, judgeRetraining),
  (input) =>
    together(
      input,
      { code: true, dataset: true, target: true, retraining: true },
      judgeRetrainedDataset,
    ),
  (input) =>
    together(input, { serving: true, monitoring: true, retraining: true }, (project) =>
      // Monitoring says the same.
      project.retraining === undefined || project.monitoring !== undefined
        ? []
        : judgeCaptures(project.serving, 'retraining'),
    ),
];

/** The mistakes that no field can see alone. */
export function judgeProject(input: ProjectInput): Mistake[] {
  return judgements.flatMap((judge) => judge(input));
}

function together<Names extends { readonly [Name in keyof Judged]?: true }>(
  input: ProjectInput,
  names: Names,
  judge: (project: Pick<Judged, Extract<keyof Names, keyof Judged>>) => Mistake[],
): Mistake[] {
  const parts = judgedFields.pick(names as never).safeParse(input);
  return parts.success ? judge(parts.data) : [];
}

function judgeFeatures({ dataset }: Pick<Judged, 'dataset'>): Mistake[] {
  const features = dataset.columns.filter(({ name, ignore }) => name !== dataset.label && !ignore);
  if (features.length > 0) return [];
  return [
    {
      path: ['dataset', 'columns'],
      input: dataset.columns.map(({ name }) => name),
      message: 'must hold a column that the model sees; all but the label are ignored',
    },
  ];
}

function judgeClasses({ dataset, problem }: Pick<Judged, 'dataset' | 'problem'>): Mistake[] {
  const index = dataset.columns.findIndex(({ name }) => name === dataset.label);
  const values = dataset.columns[index]?.values;
  if (problem !== 'binary' || !Array.isArray(values) || values.length === 2) return [];
  return [
    {
      path: ['dataset', 'columns', index, 'values'],
      input: values,
      message:
        "of the label must be two for a binary problem; set problem to 'multiclass', or leave out rows of others with dataset.exclude",
    },
  ];
}

function judgeAlgorithm({
  code,
  problem,
  training: { algorithm },
}: Pick<Fields, 'code' | 'problem' | 'training'>): Mistake[] {
  if (algorithm === undefined) return [];
  const mistake = { path: ['training', 'algorithm'], input: algorithm };
  if (code !== KIT_FOLDER) {
    return [
      { ...mistake, message: "is the kit's; remove it, or remove code to use the kit's scripts" },
    ];
  }
  if (canSolve(algorithm, problem)) return [];
  return [{ ...mistake, message: `cannot solve the problem "${problem}"; choose another` }];
}

/**
 * https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html and
 * https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests-exclusions.html
 */
function needsOneContainer({ serving }: Pick<Fields, 'serving'>): string | undefined {
  if (serving.type === 'serverless') return 'serverless endpoints';
  return findTrial(serving)?.type === 'shadow' ? 'shadow variants' : undefined;
}

function judgePackaging(project: Pick<Fields, 'registry' | 'serving'>): Mistake[] {
  const what = needsOneContainer(project);
  if (what === undefined || project.registry.packaging === 'single-container') return [];
  return [
    {
      path: ['registry', 'packaging'],
      input: project.registry.packaging,
      message: `must be "single-container", because SageMaker has no ${what} of several containers`,
    },
  ];
}

function judgeScoring({ code, scoring }: Pick<Fields, 'code' | 'scoring'>): Mistake[] {
  if (scoring?.explain !== true || code === KIT_FOLDER) return [];
  return [
    {
      path: ['scoring', 'explain'],
      input: true,
      message: "needs the kit's scripts; remove it, or remove code to use them",
    },
  ];
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html: no data capture. */
function judgeMonitoring({
  code,
  serving,
  monitoring,
}: Pick<Fields, 'code' | 'serving' | 'monitoring'>): Mistake[] {
  if (monitoring === undefined) return [];
  const own =
    code === KIT_FOLDER
      ? []
      : [
          {
            path: ['monitoring'],
            input: code,
            message:
              "needs the kit's scripts, which describe the training rows and read requests and answers; remove it, or code",
          },
        ];
  return [...own, ...judgeCaptures(serving, 'monitoring')];
}

function judgeCaptures(serving: Fields['serving'], block: 'monitoring' | 'retraining'): Mistake[] {
  if (serving.type === 'serverless') {
    return [
      {
        path: [block],
        input: serving.type,
        message:
          'needs another type of serving, because a serverless endpoint captures no requests',
      },
    ];
  }
  if (findCapturePercent(serving) > 0) return [];
  return [
    {
      path: ['serving', 'capturePercent'],
      input: serving.capturePercent,
      message: `must be above 0 with ${block}, which reads captured requests`,
    },
  ];
}

function judgeRetraining({
  monitoring,
  retraining,
}: Pick<Fields, 'monitoring' | 'retraining'>): Mistake[] {
  if (retraining === undefined || monitoring !== undefined) return [];
  const index = retraining.triggers.findIndex(
    (trigger) => trigger === 'drift' || trigger === 'quality',
  );
  if (index < 0) return [];
  return [
    {
      path: ['retraining', 'triggers', index],
      input: retraining.triggers[index],
      message: 'needs monitoring, which finds it; add monitoring, or remove the trigger',
    },
  ];
}

/** A decision to train again makes one file of requests and their labels. */
function judgeRetrainedDataset({
  code,
  dataset: { encoding },
  target,
  retraining,
}: Pick<Judged, 'code' | 'dataset' | 'target' | 'retraining'>): Mistake[] {
  if (retraining === undefined) return [];
  return [
    ...(encoding === 'utf-16' && retraining.rows === 'all'
      ? [
          {
            path: ['retraining', 'rows'],
            input: retraining.rows,
            message:
              "must be 'new' with dataset.encoding 'utf-16', whose files cannot be put behind each other",
          },
        ]
      : []),
    ...(target?.derived.type === 'dropped-by-next' && code !== KIT_FOLDER
      ? [
          {
            path: ['target', 'derived'],
            input: target.derived.type,
            message:
              "cannot be combined with retraining and scripts of your own, because only the kit's read a label beside the columns; remove retraining, or code",
          },
        ]
      : []),
  ];
}

/** The defaults that depend on other fields. */
function fillIn(project: Fields) {
  const isKit = project.code === KIT_FOLDER;
  const { registry, training } = project;
  const contentTypes = registry.contentTypes ?? [
    'text/csv',
    ...(isKit ? ['application/json'] : []),
  ];
  return {
    ...project,
    training: { ...training, ...(isKit ? { algorithm: training.algorithm ?? 'xgboost' } : {}) },
    registry: {
      ...registry,
      modelPackageGroup:
        registry.modelPackageGroup ?? `${inCapitals(project.name)}ModelPackageGroup`,
      contentTypes,
      responseTypes: registry.responseTypes ?? contentTypes,
    },
  };
}

/** `loan-defaults` → `LoanDefaults` */
function inCapitals(words: string): string {
  return words
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

export type ProjectInput = z.input<typeof projectSchema>;
export type Project = z.output<typeof projectSchema>;
