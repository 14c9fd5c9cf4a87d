import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import { readModel } from './models.ts';
import type { EndpointConfigRecord, FleetSpec, VariantSpec } from './records.ts';
import type { HostingState } from './state.ts';

/** AWS's default for `InitialVariantWeight`. */
const DEFAULT_WEIGHT = 1;

/** The spec of a fleet, copied from an endpoint config and its models. */
export function fleetSpecOf(hosting: HostingState, config: EndpointConfigRecord): FleetSpec {
  const { input } = config;
  return {
    id: hosting.cloud.random.hex(12),
    configName: config.name,
    variants: (input.ProductionVariants ?? []).map((variant) => variantOf(hosting, variant)),
    shadows: (input.ShadowProductionVariants ?? []).map((variant) => variantOf(hosting, variant)),
    ...(input.DataCaptureConfig === undefined ? {} : { dataCapture: input.DataCaptureConfig }),
  };
}

function variantOf(hosting: HostingState, variant: ProductionVariant): VariantSpec {
  const model = readModel(hosting, variant.ModelName ?? '');
  const timeout = variant.ContainerStartupHealthCheckTimeoutInSeconds;
  return {
    name: variant.VariantName ?? '',
    modelName: model.name,
    roleArn: model.executionRoleArn,
    containers: model.resolved,
    mode: model.inferenceExecutionConfig?.Mode ?? 'Serial',
    initialInstanceCount: variant.InitialInstanceCount ?? 1,
    initialWeight: variant.InitialVariantWeight ?? DEFAULT_WEIGHT,
    ...(variant.InstanceType === undefined ? {} : { instanceType: variant.InstanceType }),
    ...(variant.ServerlessConfig === undefined ? {} : { serverless: variant.ServerlessConfig }),
    ...(timeout === undefined ? {} : { startupTimeoutSeconds: timeout }),
  };
}
