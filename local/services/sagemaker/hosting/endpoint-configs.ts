import type {
  CreateEndpointConfigInput,
  CreateEndpointConfigOutput,
  DeleteEndpointConfigInput,
  DescribeEndpointConfigInput,
  DescribeEndpointConfigOutput,
  ListEndpointConfigsInput,
  ListEndpointConfigsOutput,
  ProductionVariant,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import type { Store, Table } from '../../../store/index.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import { parseS3Url } from '../s3-url.ts';
import { required, violated } from './constraints.ts';
import { publishEndpointConfigState } from './events.ts';
import { SERVERLESS_MEMORY_MB } from './limits.ts';
import { readModel, valuesOf } from './models.ts';
import type { EndpointConfigRecord } from './records.ts';
import type { HostingState } from './state.ts';

/** Endpoint configs: models, their instances and their shares of the traffic. */
export const endpointConfigOperations: OperationTable<SageMaker, HostingState> = {
  CreateEndpointConfig: {
    permissions: (input: CreateEndpointConfigInput, hosting) =>
      permission(hosting, 'CreateEndpointConfig', input.EndpointConfigName),
    run(input: CreateEndpointConfigInput, hosting): CreateEndpointConfigOutput {
      const { endpointConfigs } = hosting;
      const name = required(input.EndpointConfigName, 'endpointConfigName');
      const arn = arnOf(hosting, name);
      if (endpointConfigs.has(name)) {
        throw new ValidationException(
          `Cannot create already existing endpoint configuration "${arn}".`,
        );
      }
      validateConfig(hosting, input);
      const record = { name, arn, input, creationTime: hosting.cloud.clock.now() };
      endpointConfigs.put(name, record);
      hosting.tags.add(arn, input.Tags);
      publishEndpointConfigState(hosting, record);
      return { EndpointConfigArn: arn };
    },
  },
  DescribeEndpointConfig: {
    readOnly: true,
    permissions: (input: DescribeEndpointConfigInput, hosting) =>
      permission(hosting, 'DescribeEndpointConfig', input.EndpointConfigName),
    run(input: DescribeEndpointConfigInput, hosting): DescribeEndpointConfigOutput {
      const record = readEndpointConfig(
        hosting,
        required(input.EndpointConfigName, 'endpointConfigName'),
      );
      const { Tags: _tags, ...kept } = record.input;
      return {
        ...kept,
        EndpointConfigName: record.name,
        EndpointConfigArn: record.arn,
        ProductionVariants: kept.ProductionVariants,
        CreationTime: new Date(record.creationTime),
      };
    },
  },
  ListEndpointConfigs: {
    readOnly: true,
    permissions: () => [{ action: 'sagemaker:ListEndpointConfigs', resource: '*' }],
    run(input: ListEndpointConfigsInput, { endpointConfigs }): ListEndpointConfigsOutput {
      const { items, NextToken } = page(valuesOf(endpointConfigs), input);
      const EndpointConfigs = items.map((record) => ({
        EndpointConfigName: record.name,
        EndpointConfigArn: record.arn,
        CreationTime: new Date(record.creationTime),
      }));
      return { EndpointConfigs, NextToken };
    },
  },
  DeleteEndpointConfig: {
    permissions: (input: DeleteEndpointConfigInput, hosting) =>
      permission(hosting, 'DeleteEndpointConfig', input.EndpointConfigName),
    run(input: DeleteEndpointConfigInput, hosting): object {
      const { endpointConfigs } = hosting;
      const record = readEndpointConfig(
        hosting,
        required(input.EndpointConfigName, 'endpointConfigName'),
      );
      endpointConfigs.delete(record.name);
      publishEndpointConfigState(hosting, record);
      hosting.tags.forget(record.arn);
      return {};
    },
  },
};

function arnOf(hosting: HostingState, name: string | undefined): string {
  return hosting.cloud.arn('sagemaker', `endpoint-config/${name}`);
}

function permission(hosting: HostingState, action: string, name: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arnOf(hosting, name) };
}

export function endpointConfigTable(store: Store): Table<EndpointConfigRecord> {
  return store.table<EndpointConfigRecord>('sagemaker.endpoint-configs', {
    name: 'string',
    arn: 'string',
    input: 'object',
    creationTime: 'number',
  });
}

/** @throws ValidationException if there is no such config */
export function readEndpointConfig(hosting: HostingState, name: string): EndpointConfigRecord {
  const record = hosting.endpointConfigs.get(name);
  if (record !== undefined) return record;
  throw new ValidationException(`Could not find endpoint configuration "${arnOf(hosting, name)}".`);
}

function validateConfig(hosting: HostingState, input: CreateEndpointConfigInput): void {
  if (input.AsyncInferenceConfig !== undefined) {
    throw new UnsupportedBySageMaker('asynchronous inference (AsyncInferenceConfig)');
  }
  if (input.ExplainerConfig !== undefined) throw new UnsupportedBySageMaker('ExplainerConfig');
  const variants = required(input.ProductionVariants, 'productionVariants');
  const shadows = input.ShadowProductionVariants ?? [];
  validateShadows(hosting, variants, shadows);
  const names = new Set<string>();
  for (const [index, variant] of [...variants, ...shadows].entries()) {
    const at = `productionVariants.${index + 1}.member`;
    const name = required(variant.VariantName, `${at}.variantName`);
    if (names.has(name)) {
      throw new ValidationException(`Production variant names must be unique: "${name}" is not.`);
    }
    names.add(name);
    validateVariant(hosting, variant, at);
  }
  if (variants.length > 1 && variants.some((variant) => variant.ServerlessConfig !== undefined)) {
    throw new ValidationException(
      'Serverless variants are not supported in an endpoint config with multiple production variants.',
    );
  }
  validateCapture(input, variants);
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests-exclusions.html */
function validateShadows(
  hosting: HostingState,
  variants: readonly ProductionVariant[],
  shadows: readonly ProductionVariant[],
): void {
  if (shadows.length === 0) return;
  if (shadows.length > 1 || variants.length > 1) {
    throw new ValidationException(
      'ShadowProductionVariants can hold exactly one variant, together with exactly one variant in ProductionVariants.',
    );
  }
  for (const { VariantName, ModelName, ServerlessConfig } of [...variants, ...shadows]) {
    if (ServerlessConfig !== undefined) {
      throw new ValidationException(
        `Shadow variants are not supported together with serverless variants: "${VariantName}" is one.`,
      );
    }
    if (readModel(hosting, ModelName ?? '').resolved.length > 1) {
      throw new ValidationException(
        `Shadow variants are not supported together with models of multiple containers: that of variant "${VariantName}" is one.`,
      );
    }
  }
}

function validateVariant(hosting: HostingState, variant: ProductionVariant, at: string): void {
  const model = readModel(hosting, required(variant.ModelName, `${at}.modelName`));
  refuseUnsupported(variant);
  const serverless = variant.ServerlessConfig;
  if (serverless === undefined) {
    required(variant.InstanceType, `${at}.instanceType`);
    return;
  }
  if (variant.InstanceType !== undefined || variant.InitialInstanceCount !== undefined) {
    throw new ValidationException(
      'InstanceType and InitialInstanceCount cannot be specified together with ServerlessConfig.',
    );
  }
  if (!SERVERLESS_MEMORY_MB.includes(serverless.MemorySizeInMB ?? 0)) {
    throw new ValidationException(
      `MemorySizeInMB must be one of ${SERVERLESS_MEMORY_MB.join(', ')}: it is ${serverless.MemorySizeInMB}.`,
    );
  }
  const provisioned = serverless.ProvisionedConcurrency;
  if (provisioned !== undefined && provisioned > (serverless.MaxConcurrency ?? 0)) {
    throw new ValidationException(
      `ProvisionedConcurrency ${provisioned} must be less than or equal to MaxConcurrency ${serverless.MaxConcurrency}.`,
    );
  }
  if (model.resolved.length > 1) {
    throw new ValidationException('Serverless endpoints do not support inference pipelines.');
  }
  if (model.vpcConfig !== undefined) {
    throw new ValidationException('Serverless endpoints do not support models with a VpcConfig.');
  }
}

function refuseUnsupported(variant: ProductionVariant): void {
  if (variant.ManagedInstanceScaling !== undefined) {
    throw new UnsupportedBySageMaker('ManagedInstanceScaling');
  }
}

function validateCapture(
  input: CreateEndpointConfigInput,
  variants: readonly ProductionVariant[],
): void {
  const capture = input.DataCaptureConfig;
  if (capture === undefined) return;
  if (variants.some((variant) => variant.ServerlessConfig !== undefined)) {
    throw new ValidationException('Serverless endpoints do not support DataCaptureConfig.');
  }
  const at = 'dataCaptureConfig';
  const destination = required(capture.DestinationS3Uri, `${at}.destinationS3Uri`);
  if (parseS3Url(destination) === undefined) {
    throw violated(
      destination,
      `${at}.destinationS3Uri`,
      'satisfy regular expression pattern: ^(https|s3)://([^/])/?(.*)$',
    );
  }
}
