import type {
  DataCaptureConfig,
  DataCaptureConfigSummary,
  DescribeEndpointOutput,
  PendingDeploymentSummary,
  ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import type { DeploymentRecord, EndpointRecord, FleetRecord, VariantSpec } from './records.ts';

/** An endpoint as DescribeEndpoint returns it. */
export function describeEndpoint(record: EndpointRecord): DescribeEndpointOutput {
  const { live, deployment, failureReason, lastDeploymentConfig } = record;
  const { dataCapture } = live.spec;
  return {
    EndpointName: record.name,
    EndpointArn: record.arn,
    EndpointConfigName: live.spec.configName,
    EndpointStatus: record.status,
    CreationTime: new Date(record.creationTime),
    LastModifiedTime: new Date(record.lastModifiedTime),
    ...variantsOf(live, 1 - (deployment?.share ?? 0), record.creationTime),
    ...(failureReason !== undefined && { FailureReason: failureReason }),
    ...(lastDeploymentConfig !== undefined && { LastDeploymentConfig: lastDeploymentConfig }),
    ...(dataCapture !== undefined && { DataCaptureConfig: describeCapture(dataCapture) }),
    ...(deployment !== undefined && { PendingDeploymentSummary: describeDeployment(deployment) }),
  };
}

function describeCapture(capture: DataCaptureConfig): DataCaptureConfigSummary {
  return {
    EnableCapture: capture.EnableCapture ?? false,
    CaptureStatus: capture.EnableCapture === true ? 'Started' : 'Stopped',
    CurrentSamplingPercentage: capture.InitialSamplingPercentage,
    DestinationS3Uri: capture.DestinationS3Uri,
    KmsKeyId: capture.KmsKeyId,
  };
}

function describeDeployment({
  green,
  share,
  startTime,
}: DeploymentRecord): PendingDeploymentSummary {
  return {
    EndpointConfigName: green.spec.configName,
    StartTime: new Date(startTime),
    ...variantsOf(green, share, startTime),
  };
}

function variantsOf(fleet: FleetRecord, share: number, resolvedAt: number) {
  const { variants, shadows } = fleet.spec;
  return {
    ProductionVariants: summaries(fleet, variants, share, resolvedAt),
    ...(shadows.length > 0 && {
      ShadowProductionVariants: summaries(fleet, shadows, share, resolvedAt),
    }),
  };
}

function summaries(
  fleet: FleetRecord,
  variants: readonly VariantSpec[],
  share: number,
  resolvedAt: number,
): ProductionVariantSummary[] {
  return variants.map((variant) => {
    const state = fleet.states.find((candidate) => candidate.name === variant.name);
    const { phase } = fleet;
    const counts = {
      CurrentInstanceCount: state?.currentInstanceCount,
      DesiredInstanceCount: state?.desiredInstanceCount,
    };
    const { serverless } = variant;
    return {
      VariantName: variant.name,
      DeployedImages: variant.containers.map((container) => ({
        SpecifiedImage: container.image,
        ResolvedImage: container.resolvedImage ?? container.image,
        ResolutionTime: new Date(resolvedAt),
      })),
      CurrentWeight: (state?.currentWeight ?? 0) * share,
      DesiredWeight: state?.desiredWeight,
      ...(serverless === undefined
        ? counts
        : { CurrentServerlessConfig: serverless, DesiredServerlessConfig: serverless }),
      ...(phase === undefined
        ? {}
        : {
            VariantStatus: [
              {
                Status: phase.status,
                StatusMessage: phase.messages[variant.name],
                StartTime: new Date(phase.startTime),
              },
            ],
          }),
    };
  });
}
