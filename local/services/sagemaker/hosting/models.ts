import type {
  ContainerDefinition,
  CreateModelInput,
  CreateModelOutput,
  DeleteModelInput,
  DescribeModelInput,
  DescribeModelOutput,
  DescribeModelPackageOutput,
  ListModelsInput,
  ListModelsOutput,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import { type OperationTable, passRole } from '../../../cloud/operation.ts';
import { type AccountPrincipal, assumeRole, type RolePrincipal } from '../../../cloud/principal.ts';
import type { Permission } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { Store, Table } from '../../../store/index.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { resolveImage } from '../images/own-image.ts';
import { page } from '../paging.ts';
import { parseS3Url } from '../s3-url.ts';
import { sageMakerInference } from '../source-arn.ts';
import type { SageMakerState } from '../state.ts';
import { required, violated } from './constraints.ts';
import { publishModelState } from './events.ts';
import { MIN_PIPELINE_CONTAINERS } from './limits.ts';
import type { ContainerSpec, ModelRecord } from './records.ts';
import type { HostingState } from './state.ts';

/** Models: containers, artifacts and an execution role. */
export const modelOperations: OperationTable<SageMaker, HostingState> = {
  CreateModel: {
    permissions: (input: CreateModelInput, hosting) => [
      permission(hosting, 'CreateModel', input.ModelName),
      ...foreignPackages(hosting, input).map((resource) => ({
        action: 'sagemaker:CreateModel',
        resource,
      })),
      passRole(input.ExecutionRoleArn ?? '*', 'sagemaker.amazonaws.com'),
    ],
    async run(input: CreateModelInput, hosting): Promise<CreateModelOutput> {
      const { models } = hosting;
      const name = required(input.ModelName, 'modelName');
      const arn = arnOf(hosting, name);
      if (models.has(name)) {
        throw new ValidationException(`Cannot create already existing model "${arn}".`);
      }
      const executionRoleArn = required(input.ExecutionRoleArn, 'executionRoleArn');
      const definitions = definitionsOf(input);
      const containers = await resolveContainers(hosting, definitions, input);
      const role = await takeRole(hosting, executionRoleArn, name);
      for (const container of containers) await checkModelData(hosting, role, container);
      const resolved = await resolveImages(hosting, role, containers);
      if (models.has(name)) {
        throw new ValidationException(`Cannot create already existing model "${arn}".`);
      }
      const creationTime = hosting.cloud.clock.now();
      const record = { name, arn, executionRoleArn, resolved, creationTime, ...settingsOf(input) };
      models.put(name, record);
      hosting.tags.add(arn, input.Tags);
      publishModelState(hosting, record);
      return { ModelArn: arn };
    },
  },
  DescribeModel: {
    readOnly: true,
    permissions: (input: DescribeModelInput, hosting) =>
      permission(hosting, 'DescribeModel', input.ModelName),
    run(input: DescribeModelInput, hosting): DescribeModelOutput {
      const record = readModel(hosting, required(input.ModelName, 'modelName'));
      return {
        ModelName: record.name,
        ModelArn: record.arn,
        PrimaryContainer: record.primaryContainer,
        Containers: record.containers === undefined ? undefined : [...record.containers],
        InferenceExecutionConfig: record.inferenceExecutionConfig,
        ExecutionRoleArn: record.executionRoleArn,
        VpcConfig: record.vpcConfig,
        EnableNetworkIsolation: record.enableNetworkIsolation,
        CreationTime: new Date(record.creationTime),
      };
    },
  },
  ListModels: {
    readOnly: true,
    permissions: () => [{ action: 'sagemaker:ListModels', resource: '*' }],
    run(input: ListModelsInput, { models }): ListModelsOutput {
      const { items, NextToken } = page(valuesOf(models), input);
      const Models = items.map((record) => ({
        ModelName: record.name,
        ModelArn: record.arn,
        CreationTime: new Date(record.creationTime),
      }));
      return { Models, NextToken };
    },
  },
  DeleteModel: {
    permissions: (input: DeleteModelInput, hosting) =>
      permission(hosting, 'DeleteModel', input.ModelName),
    run(input: DeleteModelInput, hosting): object {
      const { models } = hosting;
      const record = readModel(hosting, required(input.ModelName, 'modelName'));
      models.delete(record.name);
      publishModelState(hosting, record);
      hosting.tags.forget(record.arn);
      return {};
    },
  },
};

/** The packages of other accounts, whose groups' policies must allow a model to be made from them. */
function foreignPackages(
  { cloud }: HostingState,
  { PrimaryContainer, Containers = [] }: CreateModelInput,
): readonly string[] {
  const own = `:${cloud.accountId}:`;
  return [PrimaryContainer, ...Containers]
    .flatMap((container) => container?.ModelPackageName ?? [])
    .filter((name) => name.startsWith('arn:') && !name.includes(own));
}

function settingsOf(input: CreateModelInput) {
  return {
    enableNetworkIsolation: input.EnableNetworkIsolation ?? false,
    ...(input.PrimaryContainer !== undefined && { primaryContainer: input.PrimaryContainer }),
    ...(input.Containers !== undefined && { containers: input.Containers }),
    ...(input.InferenceExecutionConfig !== undefined && {
      inferenceExecutionConfig: input.InferenceExecutionConfig,
    }),
    ...(input.VpcConfig !== undefined && { vpcConfig: input.VpcConfig }),
  };
}

function arnOf(hosting: HostingState, name: string | undefined): string {
  return hosting.cloud.arn('sagemaker', `model/${name}`);
}

function permission(hosting: HostingState, action: string, name: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arnOf(hosting, name) };
}

export function modelTable(store: Store): Table<ModelRecord> {
  return store.table<ModelRecord>('sagemaker.models', {
    name: 'string',
    arn: 'string',
    executionRoleArn: 'string',
    enableNetworkIsolation: 'boolean',
    creationTime: 'number',
    resolved: 'list',
  });
}

/** @throws ValidationException if there is no such model */
export function readModel(hosting: HostingState, name: string): ModelRecord {
  const record = hosting.models.get(name);
  if (record !== undefined) return record;
  throw new ValidationException(`Could not find model "${arnOf(hosting, name)}".`);
}

function definitionsOf(input: CreateModelInput): readonly ContainerDefinition[] {
  const { PrimaryContainer, Containers } = input;
  if (PrimaryContainer !== undefined && Containers !== undefined) {
    throw new ValidationException(
      'You cannot specify both PrimaryContainer and Containers. Specify one of them.',
    );
  }
  if (PrimaryContainer !== undefined) return [PrimaryContainer];
  if (Containers === undefined || Containers.length === 0) {
    throw new ValidationException('You must specify PrimaryContainer or Containers.');
  }
  return Containers;
}

/** Replaces each model package by its containers, which keep their place in the pipeline. */
async function resolveContainers(
  sagemaker: SageMakerState,
  definitions: readonly ContainerDefinition[],
  input: CreateModelInput,
): Promise<readonly ContainerSpec[]> {
  const expanded: ContainerDefinition[] = [];
  for (const definition of definitions) {
    checkDefinition(definition);
    if (definition.ModelPackageName === undefined) expanded.push(definition);
    else expanded.push(...(await packageContainers(sagemaker, definition)));
  }
  const direct = input.InferenceExecutionConfig?.Mode === 'Direct';
  if (direct && expanded.length < MIN_PIPELINE_CONTAINERS) {
    throw new ValidationException(
      `InferenceExecutionConfig mode Direct needs at least ${MIN_PIPELINE_CONTAINERS} containers.`,
    );
  }
  const single = expanded.length === 1;
  const specs = expanded.map((definition, index) => specOf(definition, single ? 0 : index + 1));
  const names = new Set(specs.map((spec) => spec.hostname));
  if (names.size < specs.length) {
    throw new ValidationException('The ContainerHostname of each container must be unique.');
  }
  return specs;
}

/** A tag counts as it is now. */
async function resolveImages(
  { cloud }: SageMakerState,
  role: RolePrincipal,
  containers: readonly ContainerSpec[],
): Promise<readonly ContainerSpec[]> {
  const resolved: ContainerSpec[] = [];
  for (const container of containers) {
    const image = await resolveImage(cloud, role, container.image);
    resolved.push(image === container.image ? container : { ...container, resolvedImage: image });
  }
  return resolved;
}

/** A single container is named `primary`; those of a pipeline `container-1`, `container-2` … */
function specOf(definition: ContainerDefinition, place: number): ContainerSpec {
  const url = definition.ModelDataUrl ?? definition.ModelDataSource?.S3DataSource?.S3Uri;
  return {
    hostname: definition.ContainerHostname ?? (place === 0 ? 'primary' : `container-${place}`),
    image: definition.Image ?? '',
    environment: definition.Environment ?? {},
    ...(url === undefined ? {} : { modelDataUrl: url }),
  };
}

function checkDefinition(definition: ContainerDefinition): void {
  if (definition.Mode === 'MultiModel') throw new UnsupportedBySageMaker('multi-model containers');
  if (definition.ModelDataSource?.S3DataSource?.CompressionType === 'None') {
    throw new UnsupportedBySageMaker('ModelDataSource with CompressionType None');
  }
  if (definition.Image === undefined && definition.ModelPackageName === undefined) {
    throw new ValidationException(
      'Container definition must specify either an Image or a ModelPackageName.',
    );
  }
}

async function packageContainers(
  sagemaker: SageMakerState,
  definition: ContainerDefinition,
): Promise<readonly ContainerDefinition[]> {
  const name = definition.ModelPackageName;
  const input = { ModelPackageName: name };
  const cloud = sagemaker.cloud.ownerOf('sagemaker', 'DescribeModelPackage', input);
  const owner: AccountPrincipal = {
    kind: 'account',
    arn: `arn:${cloud.partition}:iam::${cloud.accountId}:root`,
  };
  const found = await cloud.call<DescribeModelPackageOutput>(
    owner,
    'sagemaker',
    'DescribeModelPackage',
    input,
  );
  const containers = found.InferenceSpecification?.Containers ?? [];
  if (containers.length === 0) {
    throw new ValidationException(
      `Model package "${found.ModelPackageArn ?? name}" has no inference specification, so no model can be created from it.`,
    );
  }
  return containers.map((container) => ({
    Image: container.Image,
    ModelDataUrl: container.ModelDataUrl ?? container.ModelDataSource?.S3DataSource?.S3Uri,
    Environment: { ...container.Environment, ...definition.Environment },
    ContainerHostname: container.ContainerHostname,
  }));
}

async function takeRole(
  sagemaker: SageMakerState,
  roleArn: string,
  session: string,
): Promise<RolePrincipal> {
  try {
    return await assumeRole(sagemaker.cloud, sageMakerInference(sagemaker.cloud), roleArn, session);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    );
  }
}

async function checkModelData(
  sagemaker: SageMakerState,
  role: RolePrincipal,
  container: ContainerSpec,
): Promise<void> {
  if (container.modelDataUrl === undefined) return;
  const place = parseS3Url(container.modelDataUrl);
  if (place === undefined) {
    throw violated(
      container.modelDataUrl,
      'modelDataUrl',
      'satisfy regular expression pattern: ^(https|s3)://([^/]+)/?(.*)$',
    );
  }
  try {
    await sagemaker.cloud.call(role, 's3', 'HeadObject', place);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      error.status === 403
        ? renderNoAccess(container.modelDataUrl, role, sagemaker.cloud.region)
        : `Could not find model data at ${container.modelDataUrl}.`,
    );
  }
}

/** As https://github.com/philschmid/llm-sagemaker-sample/issues/2 quotes AWS on 2023-10-17. */
function renderNoAccess(url: string, { roleArn }: RolePrincipal, region: string): string {
  return [
    `Could not access model data at ${url}.`,
    `Please ensure that the role "${roleArn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com".`,
    `Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${region}.`,
    'If your Model uses multiple models or uncompressed models, please ensure that the role has "s3:ListBucket" permission.',
  ].join(' ');
}

export function valuesOf<Value>(table: Table<Value>): Value[] {
  return [...table.entries()].map(([, value]) => value);
}
