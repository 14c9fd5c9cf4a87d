import type { CreateProcessingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { isOwnImage } from '../images/own-image.ts';
import { checkInstances } from '../request-rules.ts';

/** Checks the rules that are not in the API model, then rejects unsupported features. */
export function validateProcessingRequest(cloud: Cloud, input: CreateProcessingJobRequest): void {
  checkPaths(input);
  checkInstances(input.ProcessingResources?.ClusterConfig ?? {}, 'processing');
  refuseUnsupported(cloud, input);
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

function refuseUnsupported(cloud: Cloud, input: CreateProcessingJobRequest): void {
  const image = input.AppSpecification?.ImageUri ?? '';
  const isOwn = isOwnImage(cloud, image);
  if (frameworkOfImage(image) === undefined && !isOwn) {
    throw new UnsupportedBySageMaker(
      `the image ${image} (jobs run in SageMaker's scikit-learn and XGBoost images, for which this machine's Python stands, and in images of this account's ECR)`,
    );
  }
  if (!isOwn && input.AppSpecification?.ContainerEntrypoint === undefined) {
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
