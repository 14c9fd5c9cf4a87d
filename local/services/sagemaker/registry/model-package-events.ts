import type { SageMakerState } from '../state.ts';
import type { ModelPackageRecord } from './records.ts';

/** The names of updated members, in AWS's spelling. */
export type UpdatedField =
  | 'ModelLifeCycle'
  | 'ModelApprovalStatus'
  | 'ApprovalDescription'
  | 'sourceUri'
  | 'CustomerMetadataProperties'
  | 'InferenceSpecification';

/**
 * "SageMaker Model Package State Change", for creations and updates. Times are ISO strings, unlike in
 * SageMaker's other events.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export function publishPackageState(
  sagemaker: SageMakerState,
  record: ModelPackageRecord,
  updated: readonly UpdatedField[],
): void {
  const { input } = record;
  const detail = {
    ModelPackageGroupName: record.group,
    ModelPackageVersion: record.version,
    ModelPackageArn: record.arn,
    ModelPackageName: record.name,
    ModelPackageDescription: input.ModelPackageDescription,
    CreationTime: new Date(record.creationTime).toISOString(),
    LastModifiedTime: new Date(record.lastModifiedTime ?? record.creationTime).toISOString(),
    InferenceSpecification: input.InferenceSpecification,
    ModelPackageStatus: record.status,
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CertifyForMarketplace: input.CertifyForMarketplace ?? false,
    ModelApprovalStatus: record.approval,
    ApprovalDescription: record.approvalDescription,
    CustomerMetadataProperties: input.CustomerMetadataProperties,
    MetadataProperties: input.MetadataProperties,
    ModelMetrics: input.ModelMetrics,
    ModelLifeCycle: input.ModelLifeCycle,
    ...(updated.length === 0 ? {} : { UpdatedModelPackageFields: updated }),
  };
  sagemaker.cloud.publish({
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Model Package State Change',
    resources: [record.arn],
    detail: Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined)),
  });
}
