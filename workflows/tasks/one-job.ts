import type { Construct } from 'constructs';
import { nameBucketKey } from '../bucket-key.ts';
import { jsonata, object, quote, uniqueName } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { awaitCapacity, noShortage } from './await-capacity.ts';
import { CreateJob } from './create-job.ts';
import { caughtReason } from './failure-path.ts';
import { jobTimeout } from './processing-job.ts';
import { retryJob } from './retries.ts';
import { resultOf, spotRequest } from './sagemaker-job.ts';
import type { ScriptWork, StepJob, StepJobProps, StepWork, TrainingWork } from './step-work.ts';
import { renderJob } from './trainer-job.ts';

/**
 * The job is a text in as many hyperparameters as it needs, each as long as SageMaker takes:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
const PART_CHARACTERS = 2_500;
/** The names of these hyperparameters, before their number. */
const PART_PREFIX = 'stepmill_job_';

interface OneJobProps extends StepJobProps {
  /** The stage `training` of `images/trainer`. */
  readonly image: string;
  readonly timeoutSeconds: number;
}

/** All steps in one training job of SageMaker. */
export function runInOneJob(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { assign, ...props }: OneJobProps,
): StepJob {
  const { spot } = resources.project.training;
  const job = new CreateJob(scope, id, {
    kind: 'training',
    namePrefix: resources.names.jobPrefix(props.step),
    role: resources.jobRoles[props.step],
    taskTimeout: jobTimeout(spot?.waitSeconds ?? props.timeoutSeconds),
    arguments: trainingRequest(resources, props),
    // A training job has no message beside the reason of its failure.
    assign: { ...assign({ ...resultOf(id, 'Training'), said: '""' }), ...noShortage },
    outputs: {},
  });
  for (const retry of retryJob) job.addRetry(retry);
  return {
    task: job,
    recover: ({ scope: states, noteOf, failed }) =>
      awaitCapacity(job, { scope: states, note: noteOf(caughtReason), failed }),
  };
}

function trainingRequest(
  resources: ProjectResources,
  { image, step, timeoutSeconds, works }: Omit<OneJobProps, 'assign'>,
): Readonly<Record<string, unknown>> {
  const { jobRoles, names, project } = resources;
  const { training } = project;
  const work = works.find((each): each is TrainingWork => each.step === 'train');
  if (work === undefined) throw new Error('One job without a training makes no model');
  return {
    TrainingJobName: jsonata(uniqueName(names.jobPrefix(step))),
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
    RoleArn: jobRoles[step].roleArn,
    HyperParameters: jsonata(hyperparameters(resources, { step, works, work })),
    InputDataConfig: jsonata(renderChannels(resources, works)),
    OutputDataConfig: { S3OutputPath: jsonata(work.output), ...nameBucketKey(resources) },
    ResourceConfig: {
      InstanceType: training.instanceType,
      InstanceCount: 1,
      VolumeSizeInGB: training.volumeSizeGb,
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: timeoutSeconds,
      ...(training.spot === undefined ? {} : { MaxWaitTimeInSeconds: training.spot.waitSeconds }),
    },
    ...spotRequest(training, work),
  };
}

/** The script's settings, as SageMaker shows them, and the parts of the job. */
function hyperparameters(
  resources: ProjectResources,
  { step, works, work }: Pick<OneJobProps, 'step' | 'works'> & { readonly work: TrainingWork },
): string {
  // SageMaker keeps the checkpoints, and the settings stand beside the job.
  const described = works.map((each) =>
    each.step === 'train' ? { ...each, checkpoints: '""', hyperparameters: '{}' } : each,
  );
  const job = renderJob(resources, described, {
    name: uniqueName(resources.names.jobPrefix(step)),
    more: { channels: channelsOf(resources, works) },
  });
  return `(
  $job := $string(${job});
  $parts := [0..$floor(($length($job) - 1) / ${PART_CHARACTERS})];
  $merge([
    ${work.hyperparameters},
    $parts.{${quote(PART_PREFIX)} & $: $substring($job, $ * ${PART_CHARACTERS}, ${PART_CHARACTERS})}
  ])
)`;
}

/**
 * Expressions for the URIs that SageMaker fetches, by the names of their channels: the scripts, and what no step of
 * the job makes.
 */
function channelsOf({ code }: ProjectResources, works: readonly StepWork[]): string {
  const [first] = works;
  const more = works
    .filter((work): work is ScriptWork => work.step !== 'train')
    .flatMap(({ moreInputs }) => moreInputs ?? []);
  const always = {
    scripts: quote(code.zipUri),
    code: quote(code.archiveUri),
    ...first?.inputs,
  };
  return `$merge([${[
    object(always),
    ...more.map(({ inputs, when }) => `${when} ? ${object(inputs)} : {}`),
  ].join(', ')}])`;
}

function renderChannels(resources: ProjectResources, works: readonly StepWork[]): string {
  return `$each(${channelsOf(resources, works)}, function($uri, $name) {
  {"ChannelName": $name, "DataSource": {"S3DataSource": {
    "S3DataType": "S3Prefix", "S3Uri": $uri, "S3DataDistributionType": "FullyReplicated"
  }}}
})`;
}
