import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked } from '../../../cloud/operation.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import type { ModelRecord } from '../hosting/records.ts';
import { isOwnImage } from '../images/own-image.ts';
import { checkInstanceQuota } from '../request-rules.ts';
import { parseFilterPath } from './data-processing/json-path.ts';
import { recordFormatOf } from './data-processing/record-format.ts';
import { DEFAULT_PAYLOAD_MB, MAX_PAYLOADS_MB } from './limits.ts';

/** Checks the rules that are not in the API model, then rejects unsupported features. */
export function validateTransformRequest(input: Checked<CreateTransformJobRequest>): void {
  checkBatches(input);
  checkDataProcessing(input);
  checkInstanceQuota(input.TransformResources, 'transform');
  refuseUnsupported(input);
}

/** @throws UnsupportedBySageMaker for a model that only runs on AWS */
export function refuseUnsupportedModel(cloud: Cloud, model: ModelRecord): void {
  if (model.inferenceExecutionConfig?.Mode === 'Direct') {
    throw new UnsupportedBySageMaker(`a transform job of the model ${model.name} in Direct mode`);
  }
  const unknown = model.resolved.find(
    ({ image }) => frameworkOfImage(image) === undefined && !isOwnImage(cloud, image),
  );
  if (unknown === undefined) return;
  throw new UnsupportedBySageMaker(
    `the image ${unknown.image} of the model ${model.name} (models run in SageMaker's scikit-learn and XGBoost images, for which this machine's Python stands, and in images of this account's ECR)`,
  );
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html */
function checkBatches(input: Checked<CreateTransformJobRequest>): void {
  const { MaxConcurrentTransforms = 1, MaxPayloadInMB = DEFAULT_PAYLOAD_MB } = input;
  if (MaxConcurrentTransforms * MaxPayloadInMB > MAX_PAYLOADS_MB) {
    throw new ValidationException(
      `The product of MaxConcurrentTransforms (${MaxConcurrentTransforms}) and MaxPayloadInMB (${MaxPayloadInMB}) must not exceed ${MAX_PAYLOADS_MB} MB.`,
    );
  }
  const { SplitType = 'None' } = input.TransformInput;
  if (input.BatchStrategy !== undefined && SplitType === 'None') {
    throw new ValidationException(
      `BatchStrategy ${input.BatchStrategy} requires SplitType Line, RecordIO or TFRecord.`,
    );
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html */
function checkDataProcessing(input: Checked<CreateTransformJobRequest>): void {
  const { InputFilter = '$', OutputFilter = '$', JoinSource = 'None' } = input.DataProcessing ?? {};
  checkFilter('InputFilter', InputFilter);
  checkFilter('OutputFilter', OutputFilter);
  const isJoined = JoinSource === 'Input';
  const isUsed = isJoined || InputFilter.length > 1 || OutputFilter.length > 1;
  if (isUsed) checkFormat(input, isJoined);
}

function checkFilter(member: string, text: string): void {
  if (text === '' || parseFilterPath(text) !== undefined) return;
  throw new ValidationException(
    `${member} ${text} is not a JSONPath that batch transform supports.`,
  );
}

function checkFormat(input: Checked<CreateTransformJobRequest>, isJoined: boolean): void {
  const { ContentType, SplitType = 'None' } = input.TransformInput;
  const { Accept, AssembleWith = 'None' } = input.TransformOutput;
  if (recordFormatOf(ContentType) === undefined) {
    throw new ValidationException(
      `DataProcessing supports the content types text/csv, application/json and application/jsonlines, not ${ContentType}.`,
    );
  }
  if (!isJoined) return;
  if (Accept !== undefined && Accept !== ContentType) {
    throw new ValidationException(
      `JoinSource Input requires the same content type for input and output, not ${ContentType} and ${Accept}.`,
    );
  }
  if (SplitType !== AssembleWith) {
    throw new ValidationException(
      `JoinSource Input requires SplitType (${SplitType}) and AssembleWith (${AssembleWith}) to be the same.`,
    );
  }
}

function refuseUnsupported(input: Checked<CreateTransformJobRequest>): void {
  const { SplitType, DataSource } = input.TransformInput;
  if (SplitType === 'RecordIO' || SplitType === 'TFRecord') {
    throw new UnsupportedBySageMaker(`SplitType ${SplitType} of a transform job`);
  }
  const { S3DataType } = DataSource?.S3DataSource ?? {};
  if (S3DataType === 'AugmentedManifestFile') {
    throw new UnsupportedBySageMaker(`S3DataType ${S3DataType} of a transform job`);
  }
}
