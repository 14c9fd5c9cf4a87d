import type { CreateProcessingJobRequest, ProcessingInput } from '@aws-sdk/client-sagemaker';
import type { Constraint } from '../../../constraints.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
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
  MAX_PROCESSING_ENVIRONMENT,
  MAX_PROCESSING_ENVIRONMENT_CHARACTERS,
  MAX_PROCESSING_INPUTS,
  MAX_PROCESSING_OUTPUTS,
  MAX_PROCESSING_SECONDS,
} from './limits.ts';

/** Judges the request as AWS does, then names what of it only AWS can do. */
export function validateProcessingRequest(input: CreateProcessingJobRequest): void {
  const { AppSpecification, ProcessingResources, ProcessingOutputConfig } = input;
  const outputs = ProcessingOutputConfig?.Outputs;
  judge([
    nameRule('processingJobName', input.ProcessingJobName),
    roleRule(input.RoleArn),
    { member: 'appSpecification', value: AppSpecification, required: true },
    { member: 'processingResources', value: ProcessingResources, required: true },
    imageRule('appSpecification.imageUri', AppSpecification?.ImageUri),
    ...commandRules('appSpecification.containerEntrypoint', AppSpecification?.ContainerEntrypoint),
    ...commandRules('appSpecification.containerArguments', AppSpecification?.ContainerArguments),
    ...instanceRules('processingResources.clusterConfig', ProcessingResources?.ClusterConfig),
    {
      member: 'stoppingCondition.maxRuntimeInSeconds',
      value: input.StoppingCondition?.MaxRuntimeInSeconds,
      minimum: 1,
      maximum: MAX_PROCESSING_SECONDS,
    },
    ...environmentRules(input.Environment, {
      entries: MAX_PROCESSING_ENVIRONMENT,
      characters: MAX_PROCESSING_ENVIRONMENT_CHARACTERS,
    }),
    {
      member: 'processingInputs',
      value: input.ProcessingInputs,
      maximumLength: MAX_PROCESSING_INPUTS,
    },
    ...(input.ProcessingInputs ?? []).flatMap(inputRules),
    {
      member: 'processingOutputConfig.outputs',
      value: outputs,
      maximumLength: MAX_PROCESSING_OUTPUTS,
    },
    ...(outputs ?? []).flatMap((output, index): Constraint[] => {
      const member = `processingOutputConfig.outputs.${index + 1}.member`;
      return [
        { member: `${member}.outputName`, value: output.OutputName, required: true },
        s3UriRule(`${member}.s3Output.s3Uri`, output.S3Output?.S3Uri),
        {
          member: `${member}.s3Output.s3UploadMode`,
          value: output.S3Output?.S3UploadMode,
          required: true,
          oneOf: ['Continuous', 'EndOfJob'],
        },
      ];
    }),
  ]);
  checkPaths(input);
  checkInstances(ProcessingResources?.ClusterConfig ?? {}, 'processing');
  refuseUnsupported(input);
}

function inputRules(input: ProcessingInput, index: number): readonly Constraint[] {
  const member = `processingInputs.${index + 1}.member`;
  return [
    { member: `${member}.inputName`, value: input.InputName, required: true },
    s3UriRule(`${member}.s3Input.s3Uri`, input.S3Input?.S3Uri, input.S3Input !== undefined),
    {
      member: `${member}.s3Input.s3DataType`,
      value: input.S3Input?.S3DataType,
      required: input.S3Input !== undefined,
      oneOf: ['ManifestFile', 'S3Prefix'],
    },
    {
      member: `${member}.s3Input.s3InputMode`,
      value: input.S3Input?.S3InputMode,
      oneOf: ['Pipe', 'File'],
    },
  ];
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html */
const PROCESSING_ROOT = '/opt/ml/processing';

function checkPaths(input: CreateProcessingJobRequest): void {
  const names = new Set<string | undefined>();
  for (const { InputName, S3Input } of input.ProcessingInputs ?? []) {
    checkUnique(names, InputName, 'input');
    checkPath(S3Input?.LocalPath);
  }
  names.clear();
  for (const { OutputName, S3Output } of input.ProcessingOutputConfig?.Outputs ?? []) {
    checkUnique(names, OutputName, 'output');
    checkPath(S3Output?.LocalPath);
  }
}

function checkUnique(names: Set<string | undefined>, name: string | undefined, kind: string): void {
  if (names.has(name)) {
    throw new ValidationException(`Processing ${kind} names must be unique, and ${name} is not.`);
  }
  names.add(name);
}

function checkPath(path: string | undefined): void {
  if (path === undefined || path.startsWith(`${PROCESSING_ROOT}/`)) return;
  throw new ValidationException(
    `LocalPath ${path} must be an absolute path below ${PROCESSING_ROOT}/.`,
  );
}

function refuseUnsupported(input: CreateProcessingJobRequest): void {
  const image = input.AppSpecification?.ImageUri ?? '';
  if (frameworkOfImage(image) === undefined) {
    throw new UnsupportedBySageMaker(
      `the image ${image} (jobs run in this machine's Python, in place of SageMaker's scikit-learn and XGBoost images only)`,
    );
  }
  if (input.AppSpecification?.ContainerEntrypoint === undefined) {
    throw new UnsupportedBySageMaker(
      'a processing job without AppSpecification.ContainerEntrypoint',
    );
  }
  for (const { InputName, DatasetDefinition, S3Input } of input.ProcessingInputs ?? []) {
    if (DatasetDefinition !== undefined) {
      throw new UnsupportedBySageMaker(`DatasetDefinition (of the input ${InputName})`);
    }
    if (S3Input?.S3InputMode === 'Pipe' || S3Input?.S3CompressionType === 'Gzip') {
      throw new UnsupportedBySageMaker(`the input mode Pipe (of the input ${InputName})`);
    }
  }
  for (const { OutputName, FeatureStoreOutput } of input.ProcessingOutputConfig?.Outputs ?? []) {
    if (FeatureStoreOutput !== undefined) {
      throw new UnsupportedBySageMaker(`FeatureStoreOutput (of the output ${OutputName})`);
    }
  }
}
