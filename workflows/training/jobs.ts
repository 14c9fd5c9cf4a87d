import type { Construct } from 'constructs';
import type { Project } from '../../definition/index.ts';
import { describesBaseline } from '../baseline.ts';
import { jsonata, object, quote, uniqueName } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { installWithoutIndex } from '../script-mode.ts';
import {
  CreateJob,
  evaluationJob,
  folderInput,
  isCompleted,
  jobTimeout,
  noShortage,
  output,
  processingRequest,
  retryJob,
} from '../tasks/index.ts';

/** Splits the dataset and fits the preprocessor. */
export function prepareData(scope: Construct, resources: ProjectResources): CreateJob {
  const { processing } = resources.project;
  const job = new CreateJob(scope, 'Prepare data', {
    kind: 'processing',
    namePrefix: resources.names.jobPrefix('prepare'),
    role: resources.jobRoles.prepare,
    taskTimeout: jobTimeout(processing.timeoutSeconds),
    arguments: processingRequest(resources, {
      step: 'prepare',
      image: resources.processingImage,
      settings: processing,
      inputs: [
        folderInput('data', '$dataset.uri & "dataset/"'),
        folderInput('manifest', '$dataset.uri & "manifest.json"'),
      ],
      outputs: [
        ...['train', 'validation', 'test', 'preprocessor'],
        ...(describesBaseline(resources.project) ? ['baseline'] : []),
      ].map((name) => output(name, `$dataset.uri & "prepared/${name}/"`)),
    }),
    assign: {
      prepared: jsonata(
        isCompleted(
          'ProcessingJobStatus',
          // What its container left for people, above all where it wrote nothing.
          object({
            job: '$states.result.ProcessingJobName',
            said: '($type($states.result.ExitMessage) = "string" ? $states.result.ExitMessage : "")',
          }),
          'Prepare data',
        ),
      ),
      ...noShortage,
    },
    outputs: {},
  });
  for (const retry of retryJob) job.addRetry(retry);
  return job;
}

/** Trains on the prepared rows, by SageMaker's script mode. */
export function trainModel(scope: Construct, resources: ProjectResources): CreateJob {
  const { training } = resources.project;
  const job = new CreateJob(scope, 'Train model', {
    kind: 'training',
    namePrefix: resources.names.jobPrefix('train'),
    role: resources.jobRoles.train,
    taskTimeout: jobTimeout(training.spot?.waitSeconds ?? training.timeoutSeconds),
    arguments: trainingRequest(resources),
    assign: {
      model: jsonata(
        isCompleted(
          'TrainingJobStatus',
          object({
            job: '$states.result.TrainingJobName',
            arn: '$states.result.TrainingJobArn',
            uri: '$states.result.ModelArtifacts.S3ModelArtifacts',
          }),
          'Train model',
        ),
      ),
      ...noShortage,
    },
    outputs: {},
  });
  for (const retry of retryJob) job.addRetry(retry);
  return job;
}

/** Measures the candidate, and the champion where there is one, on the test rows. */
export function evaluateModel(scope: Construct, resources: ProjectResources): CreateJob {
  return evaluationJob(scope, 'Evaluate model', resources, {
    step: 'evaluate',
    candidate: {
      preprocessor: '$dataset.uri & "prepared/preprocessor/model.tar.gz"',
      model: '$model.uri',
    },
    champion: '$champion',
    test: '$dataset.uri & "prepared/test/"',
    manifest: '$dataset.uri & "manifest.json"',
    output: '$dataset.uri & "evaluation/"',
    assign: {
      evaluated: jsonata(
        isCompleted('ProcessingJobStatus', '$states.result.ProcessingJobName', 'Evaluate model'),
      ),
    },
  });
}

function trainingRequest(resources: ProjectResources): Record<string, unknown> {
  const { training } = resources.project;
  return {
    TrainingJobName: jsonata(uniqueName(resources.names.jobPrefix('train'))),
    AlgorithmSpecification: { TrainingImage: resources.trainingImage, TrainingInputMode: 'File' },
    RoleArn: resources.jobRoles.train.roleArn,
    HyperParameters: jsonata(hyperparameters(resources, training)),
    Environment: installWithoutIndex,
    InputDataConfig: [
      ...['train', 'validation'].map((name) => channel(name, { ContentType: 'text/csv' })),
      // One container serves both, so that training packs the preprocessor into the model's archive.
      ...(resources.project.registry.packaging === 'single-container'
        ? [channel('preprocessor', {})]
        : []),
    ],
    OutputDataConfig: { S3OutputPath: jsonata('$dataset.uri & "training"') },
    ResourceConfig: {
      InstanceType: training.instanceType,
      InstanceCount: training.instanceCount,
      VolumeSizeInGB: training.volumeSizeGb,
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: training.timeoutSeconds,
      ...(training.spot === undefined ? {} : { MaxWaitTimeInSeconds: training.spot.waitSeconds }),
    },
    ...(training.spot === undefined
      ? {}
      : {
          EnableManagedSpotTraining: true,
          CheckpointConfig: { S3Uri: jsonata('$dataset.uri & "checkpoints/"') },
        }),
  };
}

/** What `prepared/<name>/` holds. */
function channel(name: string, more: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    ChannelName: name,
    ...more,
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: jsonata(`$dataset.uri & "prepared/${name}/"`),
        S3DataDistributionType: 'FullyReplicated',
      },
    },
  };
}

/** The script's settings, and what tells the container which script; a run cannot set the latter. */
function hyperparameters(resources: ProjectResources, training: Project['training']): string {
  const container = `{
    "sagemaker_program": ${quote(training.script)},
    "sagemaker_submit_directory": ${quote(resources.code.archiveUri)}
  }`;
  return `$merge([
  $settings.hyperparameters,
  $exists($settings.algorithm) ? {"algorithm": $settings.algorithm} : {},
  ${container}
])`;
}
