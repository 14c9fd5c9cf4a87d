import type { Channel, CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Constraint } from '../../../constraints.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
import { findUserScript } from '../../../jobs/training-toolkit.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import {
  checkInstances,
  commandRules,
  environmentRules,
  imageRule,
  instanceRules,
  judge,
  nameRule,
  roleRule,
  s3UriRule,
} from '../request-rules.ts';
import {
  CHANNEL_NAME_PATTERN,
  MAX_CHANNEL_NAME_CHARACTERS,
  MAX_CHANNELS,
  MAX_HYPERPARAMETER_KEY_CHARACTERS,
  MAX_HYPERPARAMETER_VALUE_CHARACTERS,
  MAX_HYPERPARAMETERS,
  MAX_METRIC_DEFINITIONS,
  MAX_TRAINING_ENVIRONMENT,
  MAX_TRAINING_SECONDS,
} from './limits.ts';
import { metricPattern } from './metric-definitions.ts';

/** Judges the request as AWS does, then names what of it only AWS can do. */
export function validateTrainingRequest(input: CreateTrainingJobRequest): void {
  const algorithm = input.AlgorithmSpecification;
  const hyperparameters = Object.entries(input.HyperParameters ?? {});
  judge([
    nameRule('trainingJobName', input.TrainingJobName),
    roleRule(input.RoleArn),
    { member: 'outputDataConfig', value: input.OutputDataConfig, required: true },
    s3UriRule('outputDataConfig.s3OutputPath', input.OutputDataConfig?.S3OutputPath),
    { member: 'resourceConfig', value: input.ResourceConfig, required: true },
    ...instanceRules('resourceConfig', input.ResourceConfig),
    { member: 'stoppingCondition', value: input.StoppingCondition, required: true },
    {
      member: 'stoppingCondition.maxRuntimeInSeconds',
      value: input.StoppingCondition?.MaxRuntimeInSeconds,
      minimum: 1,
      maximum: MAX_TRAINING_SECONDS,
    },
    imageRule('algorithmSpecification.trainingImage', algorithm?.TrainingImage),
    {
      member: 'algorithmSpecification.trainingInputMode',
      value: algorithm?.TrainingInputMode,
      oneOf: ['Pipe', 'File', 'FastFile'],
    },
    {
      member: 'algorithmSpecification.metricDefinitions',
      value: algorithm?.MetricDefinitions,
      maximumLength: MAX_METRIC_DEFINITIONS,
    },
    ...commandRules('algorithmSpecification.containerEntrypoint', algorithm?.ContainerEntrypoint),
    ...commandRules('algorithmSpecification.containerArguments', algorithm?.ContainerArguments),
    {
      member: 'hyperParameters',
      value: hyperparameters.length,
      maximum: MAX_HYPERPARAMETERS,
      printed: `${hyperparameters.length} entries`,
    },
    ...hyperparameters.flatMap(([name, value]): Constraint[] => [
      {
        member: 'hyperParameters',
        value: name,
        maximumLength: MAX_HYPERPARAMETER_KEY_CHARACTERS,
      },
      {
        member: `hyperParameters.${name}.member`,
        value,
        maximumLength: MAX_HYPERPARAMETER_VALUE_CHARACTERS,
      },
    ]),
    ...environmentRules(input.Environment, { entries: MAX_TRAINING_ENVIRONMENT, characters: 512 }),
    { member: 'inputDataConfig', value: input.InputDataConfig, maximumLength: MAX_CHANNELS },
    ...(input.InputDataConfig ?? []).flatMap(channelRules),
  ]);
  checkChannels(input);
  checkSpot(input);
  checkInstances(input.ResourceConfig ?? {}, 'training');
  refuseUnsupported(input);
}

function channelRules(channel: Channel, index: number): readonly Constraint[] {
  const member = `inputDataConfig.${index + 1}.member`;
  const source = channel.DataSource?.S3DataSource;
  return [
    {
      member: `${member}.channelName`,
      value: channel.ChannelName,
      required: true,
      maximumLength: MAX_CHANNEL_NAME_CHARACTERS,
      pattern: CHANNEL_NAME_PATTERN,
    },
    { member: `${member}.dataSource`, value: channel.DataSource, required: true },
    s3UriRule(`${member}.dataSource.s3DataSource.s3Uri`, source?.S3Uri, source !== undefined),
    {
      member: `${member}.dataSource.s3DataSource.s3DataType`,
      value: source?.S3DataType,
      required: source !== undefined,
      oneOf: ['ManifestFile', 'S3Prefix', 'AugmentedManifestFile', 'Converse'],
    },
  ];
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

function refuseUnsupported(input: CreateTrainingJobRequest): void {
  const algorithm = input.AlgorithmSpecification;
  const image = algorithm?.TrainingImage ?? '';
  if (algorithm?.AlgorithmName !== undefined) {
    throw new UnsupportedBySageMaker(`the algorithm resource ${algorithm.AlgorithmName}`);
  }
  if (frameworkOfImage(image) === undefined) {
    throw new UnsupportedBySageMaker(
      `the image ${image} (jobs run in this machine's Python, in place of SageMaker's scikit-learn and XGBoost images only)`,
    );
  }
  const entry = algorithm?.ContainerEntrypoint;
  if (entry === undefined && findUserScript(input.HyperParameters ?? {}) === undefined) {
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
