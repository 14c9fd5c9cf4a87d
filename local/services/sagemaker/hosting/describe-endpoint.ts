import type { DescribeEndpointOutput, ProductionVariantSummary } from '@aws-sdk/client-sagemaker';
import type { EndpointRecord, FleetRecord, VariantSpec } from './records.ts';

/** An endpoint as DescribeEndpoint returns it. */
export function describeEndpoint(record: EndpointRecord): DescribeEndpointOutput {
  const { live, deployment } = record;
  const capture = live.spec.dataCapture;
  const shares = { live: 1 - (deployment?.share ?? 0), green: deployment?.share ?? 0 };
  return {
    EndpointName: record.name,
    EndpointArn: record.arn,
    EndpointConfigName: live.spec.configName,
    EndpointStatus: record.status,
    CreationTime: new Date(record.creationTime),
    LastModifiedTime: new Date(record.lastModifiedTime),
    ProductionVariants: summaries(live, live.spec.variants, shares.live, record.creationTime),
    ...(live.spec.shadows.length === 0
      ? {}
      : {
          ShadowProductionVariants: summaries(
            live,
            live.spec.shadows,
            shares.live,
            record.creationTime,
          ),
        }),
    ...(record.failureReason === undefined ? {} : { FailureReason: record.failureReason }),
    ...(record.lastDeploymentConfig === undefined
      ? {}
      : { LastDeploymentConfig: record.lastDeploymentConfig }),
    ...(capture === undefined
      ? {}
      : {
          DataCaptureConfig: {
            EnableCapture: capture.EnableCapture ?? false,
            CaptureStatus: capture.EnableCapture === true ? 'Started' : 'Stopped',
            CurrentSamplingPercentage: capture.InitialSamplingPercentage,
            DestinationS3Uri: capture.DestinationS3Uri,
            KmsKeyId: capture.KmsKeyId,
          },
        }),
    ...(deployment === undefined
      ? {}
      : {
          PendingDeploymentSummary: {
            EndpointConfigName: deployment.green.spec.configName,
            StartTime: new Date(deployment.startTime),
            ProductionVariants: summaries(
              deployment.green,
              deployment.green.spec.variants,
              shares.green,
              deployment.startTime,
            ),
            ...(deployment.green.spec.shadows.length === 0
              ? {}
              : {
                  ShadowProductionVariants: summaries(
                    deployment.green,
                    deployment.green.spec.shadows,
                    shares.green,
                    deployment.startTime,
                  ),
                }),
          },
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
        ResolvedImage: container.image,
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
