import type { PendingDeploymentSummary, ProductionVariantSummary } from '@aws-sdk/client-sagemaker';
import type { SageMakerState } from '../state.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import type { EndpointConfigRecord, EndpointRecord, ModelRecord } from './records.ts';

/** "SageMaker Endpoint State Change": the status is in upper snake case here, unlike in the API. */
export function publishEndpointState(sagemaker: SageMakerState, record: EndpointRecord): void {
  const { detail, described } = endpointDetail(sagemaker, record);
  publish(sagemaker, 'SageMaker Endpoint State Change', record.arn, {
    ...detail,
    ProductionVariants: (described.ProductionVariants ?? []).map((variant) => ({
      VariantName: variant.VariantName,
      DesiredWeight: variant.DesiredWeight,
      DesiredInstanceCount: variant.DesiredInstanceCount,
    })),
  });
}

/** "SageMaker Endpoint Deployment State Change": one for each step of an update. */
export function publishDeploymentState(sagemaker: SageMakerState, record: EndpointRecord): void {
  const { detail, described } = endpointDetail(sagemaker, record);
  const pending = described.PendingDeploymentSummary;
  publish(sagemaker, 'SageMaker Endpoint Deployment State Change', record.arn, {
    ...detail,
    ProductionVariants: variantsOf(described.ProductionVariants),
    ...(pending === undefined ? {} : { PendingDeploymentSummary: summaryOf(pending) }),
  });
}

export function publishEndpointConfigState(
  sagemaker: SageMakerState,
  record: EndpointConfigRecord,
): void {
  publish(sagemaker, 'SageMaker Endpoint Config State Change', record.arn, {
    EndpointConfigName: record.name,
    EndpointConfigArn: record.arn,
    ProductionVariants: record.input.ProductionVariants ?? [],
    CreationTime: record.creationTime,
    Tags: sagemaker.tags.asMap(record.arn),
  });
}

export function publishModelState(sagemaker: SageMakerState, record: ModelRecord): void {
  publish(sagemaker, 'SageMaker Model State Change', record.arn, {
    ModelName: record.name,
    ModelArn: record.arn,
    ...(record.primaryContainer === undefined ? {} : { PrimaryContainer: record.primaryContainer }),
    ...(record.containers === undefined ? {} : { Containers: record.containers }),
    ExecutionRoleArn: record.executionRoleArn,
    CreationTime: record.creationTime,
    Tags: sagemaker.tags.asMap(record.arn),
  });
}

function endpointDetail(sagemaker: SageMakerState, record: EndpointRecord) {
  const described = describeEndpoint(record);
  const detail = {
    EndpointName: record.name,
    EndpointArn: record.arn,
    EndpointConfigName: described.EndpointConfigName,
    EndpointStatus: record.status.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
    CreationTime: record.creationTime,
    LastModifiedTime: record.lastModifiedTime,
    Tags: sagemaker.tags.asMap(record.arn),
    FailureReason: record.failureReason ?? null,
  };
  return { detail, described };
}

function summaryOf(pending: PendingDeploymentSummary): object {
  return {
    EndpointConfigName: pending.EndpointConfigName,
    StartTime: pending.StartTime?.getTime(),
    ProductionVariants: variantsOf(pending.ProductionVariants),
  };
}

/** Times in events are epoch milliseconds. */
function variantsOf(
  variants: readonly Partial<ProductionVariantSummary>[] | undefined,
): readonly object[] {
  return (variants ?? []).map((variant) => ({
    VariantName: variant.VariantName,
    CurrentWeight: variant.CurrentWeight,
    DesiredWeight: variant.DesiredWeight,
    CurrentInstanceCount: variant.CurrentInstanceCount,
    DesiredInstanceCount: variant.DesiredInstanceCount,
    ...(variant.VariantStatus === undefined
      ? {}
      : {
          VariantStatus: variant.VariantStatus.map((status) => ({
            ...status,
            StartTime: status.StartTime?.getTime(),
          })),
        }),
  }));
}

function publish(sagemaker: SageMakerState, type: string, arn: string, detail: object): void {
  sagemaker.cloud.publish({
    source: 'aws.sagemaker',
    'detail-type': type,
    resources: [arn],
    detail,
  });
}
