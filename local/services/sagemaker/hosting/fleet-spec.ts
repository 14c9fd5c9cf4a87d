import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { SageMaker } from '../sagemaker.ts';
import { readModel } from './models.ts';
import type { EndpointConfigRecord, FleetSpec, VariantSpec } from './records.ts';

/** AWS's default for `InitialVariantWeight`. */
const DEFAULT_WEIGHT = 1;

/** Copies from an endpoint config and its models what a fleet needs. */
export function fleetSpecOf(sagemaker: SageMaker, config: EndpointConfigRecord): FleetSpec {
  const { input } = config;
  return {
    id: sagemaker.cloud.random.hex(12),
    configName: config.name,
    variants: (input.ProductionVariants ?? []).map((variant) => variantOf(sagemaker, variant)),
    shadows: (input.ShadowProductionVariants ?? []).map((variant) => variantOf(sagemaker, variant)),
    ...(input.DataCaptureConfig === undefined ? {} : { dataCapture: input.DataCaptureConfig }),
  };
}

function variantOf(sagemaker: SageMaker, variant: ProductionVariant): VariantSpec {
  const model = readModel(sagemaker, variant.ModelName ?? '');
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
