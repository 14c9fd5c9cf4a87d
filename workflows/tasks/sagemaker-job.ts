import type { Construct } from 'constructs';
import type { Project } from '../../definition/index.ts';
import { nameBucketKey } from '../bucket-key.ts';
import { jsonata, quote, uniqueName } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { installWithoutIndex } from '../script-mode.ts';
import { awaitCapacity, noShortage } from './await-capacity.ts';
import { CreateJob } from './create-job.ts';
import { caughtReason } from './failure-path.ts';
import { isCompleted } from './is-completed.ts';
import { folderInput, jobTimeout, output, processingRequest } from './processing-job.ts';
import { retryJob } from './retries.ts';
import type { JobResult, ScriptWork, StepJob, StepJobProps, TrainingWork } from './step-work.ts';

/** A step as a processing or training job of SageMaker. */
export function runOnSageMaker(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { works: [work, ...others], step, assign }: StepJobProps,
): StepJob {
  if (others.length > 0) throw new Error(`${id}: an image of SageMaker runs one step in a job`);
  const { training } = resources.project;
  const isTraining = work.step === 'train';
  const job = new CreateJob(scope, id, {
    kind: isTraining ? 'training' : 'processing',
    namePrefix: resources.names.jobPrefix(step),
    role: resources.jobRoles[step],
    taskTimeout: jobTimeout(
      isTraining
        ? (training.spot?.waitSeconds ?? training.timeoutSeconds)
        : settingsOf(resources.project, work).timeoutSeconds,
    ),
    arguments: isTraining ? trainingRequest(resources, work) : scriptRequest(resources, work),
    assign: {
      ...assign(resultOf(id, isTraining ? 'Training' : 'Processing')),
      ...noShortage,
    },
    outputs: {},
  });
  for (const retry of retryJob) job.addRetry(retry);
  return {
    task: job,
    recover: ({ scope: states, noteOf, failed }) =>
      awaitCapacity(job, { scope: states, note: noteOf(caughtReason), failed }),
  };
}

export function resultOf(id: string, kind: 'Training' | 'Processing'): JobResult {
  return {
    ifCompleted: (value) => isCompleted(`${kind}JobStatus`, value, id),
    name: `$states.result.${kind}JobName`,
    arn: `$states.result.${kind}JobArn`,
    model: '$states.result.ModelArtifacts.S3ModelArtifacts',
    said: '($type($states.result.ExitMessage) = "string" ? $states.result.ExitMessage : "")',
  };
}

function settingsOf(project: Project, { step }: ScriptWork) {
  return step === 'prepare' ? project.processing : project.evaluation;
}

function inputsOf(inputs: Readonly<Record<string, string>>): string[] {
  return Object.entries(inputs).map(([name, uri]) => folderInput(name, uri));
}

function scriptRequest(
  resources: ProjectResources,
  work: ScriptWork,
): Readonly<Record<string, unknown>> {
  const { moreInputs: more } = work;
  return processingRequest(resources, {
    step: work.step,
    // The training image has the libraries of both containers.
    image: work.step === 'prepare' ? resources.processingImage : resources.trainingImage,
    settings: settingsOf(resources.project, work),
    inputs: inputsOf(work.inputs),
    ...(more === undefined
      ? {}
      : { moreInputs: `(${more.when} ? [${inputsOf(more.inputs).join(', ')}] : [])` }),
    outputs: Object.entries(work.outputs).map(([name, uri]) => output(name, uri)),
  });
}

function trainingRequest(
  resources: ProjectResources,
  work: TrainingWork,
): Readonly<Record<string, unknown>> {
  const { training } = resources.project;
  return {
    TrainingJobName: jsonata(uniqueName(resources.names.jobPrefix('train'))),
    AlgorithmSpecification: { TrainingImage: resources.trainingImage, TrainingInputMode: 'File' },
    RoleArn: resources.jobRoles.train.roleArn,
    HyperParameters: jsonata(hyperparameters(resources, work)),
    Environment: installWithoutIndex,
    InputDataConfig: Object.entries(work.inputs).map(([name, uri]) => channel(name, uri)),
    OutputDataConfig: { S3OutputPath: jsonata(work.output), ...nameBucketKey(resources) },
    ResourceConfig: {
      InstanceType: training.instanceType,
      InstanceCount: training.instanceCount,
      VolumeSizeInGB: training.volumeSizeGb,
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: training.timeoutSeconds,
      ...(training.spot === undefined ? {} : { MaxWaitTimeInSeconds: training.spot.waitSeconds }),
    },
    ...spotRequest(training, work),
  };
}

/** Managed spot, with what it needs to continue. */
export function spotRequest(
  { spot }: Project['training'],
  { checkpoints }: TrainingWork,
): Readonly<Record<string, unknown>> {
  if (spot === undefined) return {};
  return {
    EnableManagedSpotTraining: true,
    CheckpointConfig: { S3Uri: jsonata(checkpoints) },
  };
}

function channel(name: string, uri: string): Record<string, unknown> {
  return {
    ChannelName: name,
    ...(name === 'preprocessor' ? {} : { ContentType: 'text/csv' }),
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: jsonata(uri),
        S3DataDistributionType: 'FullyReplicated',
      },
    },
  };
}

/** The script's settings, and what tells the container which script; a run cannot set the latter. */
function hyperparameters({ code, project }: ProjectResources, work: TrainingWork): string {
  const container = `{
    "sagemaker_program": ${quote(project.training.script)},
    "sagemaker_submit_directory": ${quote(code.archiveUri)}
  }`;
  return `$merge([
  ${work.hyperparameters},
  ${container}
])`;
}
