import type { Channel, CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
import { findUserScript } from '../../../jobs/training-toolkit.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { isOwnImage } from '../images/own-image.ts';
import { checkInstances } from '../request-rules.ts';
import { metricPattern } from './metric-definitions.ts';

/** Checks the rules that are not in the API model, then rejects unsupported features. */
export function validateTrainingRequest(cloud: Cloud, input: CreateTrainingJobRequest): void {
  checkChannels(input);
  checkSpot(input);
  checkInstances(input.ResourceConfig ?? {}, 'training');
  refuseUnsupported(cloud, input);
}

function checkChannels(input: CreateTrainingJobRequest): void {
  const names = (input.InputDataConfig ?? []).map(({ ChannelName }) => ChannelName);
  if (new Set(names).size < names.length) {
    throw new ValidationException('Channel names must be unique within InputDataConfig.');
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html */
function checkSpot(input: CreateTrainingJobRequest): void {
  const { MaxRuntimeInSeconds, MaxWaitTimeInSeconds } = input.StoppingCondition ?? {};
  if (input.EnableManagedSpotTraining !== true) {
    if (MaxWaitTimeInSeconds === undefined) return;
    throw new ValidationException(
      'MaxWaitTimeInSeconds can only be set when EnableManagedSpotTraining is true.',
    );
  }
  if (MaxWaitTimeInSeconds === undefined || MaxWaitTimeInSeconds < (MaxRuntimeInSeconds ?? 0)) {
    throw new ValidationException(
      'Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds.',
    );
  }
}

function refuseUnsupported(cloud: Cloud, input: CreateTrainingJobRequest): void {
  const algorithm = input.AlgorithmSpecification;
  const image = algorithm?.TrainingImage ?? '';
  if (algorithm?.AlgorithmName !== undefined) {
    throw new UnsupportedBySageMaker(`the algorithm resource ${algorithm.AlgorithmName}`);
  }
  const isOwn = isOwnImage(cloud, image);
  if (frameworkOfImage(image) === undefined && !isOwn) {
    throw new UnsupportedBySageMaker(
      `the image ${image} (jobs run in SageMaker's scikit-learn and XGBoost images, for which this machine's Python stands, and in images of this account's ECR)`,
    );
  }
  const entry = algorithm?.ContainerEntrypoint;
  if (!isOwn && entry === undefined && findUserScript(input.HyperParameters ?? {}) === undefined) {
    throw new UnsupportedBySageMaker(
      "an image's built-in algorithm (a training job without the hyperparameter sagemaker_program)",
    );
  }
  for (const channel of input.InputDataConfig ?? []) refuseUnsupportedChannel(channel, input);
  for (const { Name, Regex } of algorithm?.MetricDefinitions ?? []) {
    if (metricPattern(Regex ?? '') === undefined) {
      throw new UnsupportedBySageMaker(`the regular expression of the metric ${Name}`);
    }
  }
}

function refuseUnsupportedChannel(channel: Channel, input: CreateTrainingJobRequest): void {
  const of = `(of the channel ${channel.ChannelName})`;
  const mode = channel.InputMode ?? input.AlgorithmSpecification?.TrainingInputMode;
  if (mode === 'Pipe') throw new UnsupportedBySageMaker(`the input mode Pipe ${of}`);
  const { S3DataSource, FileSystemDataSource } = channel.DataSource ?? {};
  if (FileSystemDataSource !== undefined) {
    throw new UnsupportedBySageMaker(`FileSystemDataSource ${of}`);
  }
  const type = S3DataSource?.S3DataType;
  if (type !== undefined && type !== 'S3Prefix' && type !== 'ManifestFile') {
    throw new UnsupportedBySageMaker(`the data type ${type} ${of}`);
  }
}
