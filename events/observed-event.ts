import * as z from 'zod';
import type { EventSelection } from './event-selection.ts';
import { modelPackageStateChangeSchema } from './model-package-state-change.ts';

/**
 * Milliseconds since 1970. SageMaker's documentation shows some as text, and what has not happened
 * yet is null or missing.
 */
const timeSchema = z.union([z.number(), z.string()]).nullish();

/** `Step Functions Execution Status Change`; times in milliseconds. */
export const executionStatusChangeSchema = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.string(),
    startDate: timeSchema,
    stopDate: timeSchema,
    output: z.string().nullish(),
  }),
});

/** `SageMaker Training Job State Change`. */
export const trainingJobStateChangeSchema = z.object({
  'detail-type': z.literal('SageMaker Training Job State Change'),
  detail: z.object({
    TrainingJobName: z.string(),
    TrainingJobStatus: z.string(),
    SecondaryStatus: z.string().nullish(),
    TrainingStartTime: timeSchema,
    TrainingEndTime: timeSchema,
  }),
});

/** `SageMaker Processing Job State Change`. */
export const processingJobStateChangeSchema = z.object({
  'detail-type': z.literal('SageMaker Processing Job State Change'),
  detail: z.object({
    ProcessingJobName: z.string(),
    ProcessingJobStatus: z.string(),
    ProcessingStartTime: timeSchema,
    ProcessingEndTime: timeSchema,
  }),
});

const TRANSFORM = 'SageMaker Transform Job State Change';

/** `SageMaker Transform Job State Change`. */
export const transformJobStateChangeSchema = z.object({
  'detail-type': z.literal(TRANSFORM),
  detail: z.object({
    TransformJobName: z.string(),
    TransformJobStatus: z.string(),
    TransformStartTime: timeSchema,
    TransformEndTime: timeSchema,
  }),
});

/** `SageMaker Endpoint State Change`; AWS spells the status `IN_SERVICE` here, not `InService`. */
export const endpointStateChangeSchema = z.object({
  'detail-type': z.literal('SageMaker Endpoint State Change'),
  detail: z.object({
    EndpointName: z.string(),
    EndpointConfigName: z.string().nullish(),
    EndpointStatus: z.string(),
  }),
});

/** `SageMaker Endpoint Deployment State Change`: one event a step of a guarded update. */
export const endpointDeploymentStateChangeSchema = z.object({
  'detail-type': z.literal('SageMaker Endpoint Deployment State Change'),
  detail: z.object({
    EndpointName: z.string(),
    EndpointStatus: z.string(),
  }),
});

/** The name and id of an event that cannot be read, if it has them. */
export const anyEventSchema = z
  .object({
    'detail-type': z.string().catch('unknown'),
    id: z.string().catch('unknown'),
  })
  .catch({ 'detail-type': 'unknown', id: 'unknown' });

/** Everything the observer turns into metrics. */
export const observedEventSchema = z.discriminatedUnion('detail-type', [
  executionStatusChangeSchema,
  trainingJobStateChangeSchema,
  processingJobStateChangeSchema,
  transformJobStateChangeSchema,
  endpointStateChangeSchema,
  endpointDeploymentStateChangeSchema,
  modelPackageStateChangeSchema,
]);

export type ObservedEvent = z.infer<typeof observedEventSchema>;

/** What belongs to one project of one environment. */
export interface Observed {
  readonly stateMachineArns: readonly string[];
  /** `<project>-<step>-`; job names begin with one of them. */
  readonly jobNamePrefixes: readonly string[];
  /** Those of transform jobs. @default the project has none */
  readonly transformJobNamePrefixes?: readonly string[];
  readonly modelPackageGroupName: string;
  readonly endpointName: string;
}

/** The events about everything a project runs. */
export function selectObserved(observed: Observed): EventSelection {
  const jobs = observed.jobNamePrefixes.map((prefix) => ({ prefix }));
  const transforms = (observed.transformJobNamePrefixes ?? []).map((prefix) => ({ prefix }));
  const types = observedEventSchema.options.map((option) => option.shape['detail-type'].value);
  return {
    source: ['aws.states', 'aws.sagemaker'],
    detailType: types.filter((type) => transforms.length > 0 || type !== TRANSFORM),
    detail: {
      $or: [
        { stateMachineArn: [...observed.stateMachineArns] },
        { TrainingJobName: jobs },
        { ProcessingJobName: jobs },
        ...(transforms.length > 0 ? [{ TransformJobName: transforms }] : []),
        { ModelPackageGroupName: [observed.modelPackageGroupName] },
        { EndpointName: [observed.endpointName] },
      ],
    },
  };
}
