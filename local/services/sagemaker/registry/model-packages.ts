import type {
  BatchDescribeModelPackageInput,
  BatchDescribeModelPackageOutput,
  BatchDescribeModelPackageSummary,
  CreateModelPackageInput,
  CreateModelPackageOutput,
  DeleteModelPackageInput,
  DescribeModelPackageInput,
  DescribeModelPackageOutput,
  ListModelPackagesInput,
  ListModelPackagesOutput,
  ModelPackageSummary,
  SageMaker,
  UpdateModelPackageInput,
  UpdateModelPackageOutput,
} from '@aws-sdk/client-sagemaker';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import { findGroup, findPackage, groupName, packageArn } from './find.ts';
import { publishPackageState, type UpdatedField } from './model-package-events.ts';
import { checkMetadata, validateCreate } from './model-package-request.ts';
import { type ModelPackageRecord, packageKey, type Registry } from './records.ts';

/** Model packages: trained models, with what is needed to approve and deploy them. */
export const packageOperations: OperationTable<SageMaker, Registry> = {
  CreateModelPackage: {
    permissions: (input: CreateModelPackageInput, registry) =>
      permission(registry, 'CreateModelPackage', nameToBe(registry, input)),
    run: (input: CreateModelPackageInput, registry) => create(registry, input),
  },
  DescribeModelPackage: {
    readOnly: true,
    permissions: (input: DescribeModelPackageInput, registry) =>
      permission(registry, 'DescribeModelPackage', input.ModelPackageName),
    run: (input: DescribeModelPackageInput, registry) =>
      describe(findPackage(registry, input.ModelPackageName)),
  },
  UpdateModelPackage: {
    permissions: (input: UpdateModelPackageInput, registry) =>
      permission(registry, 'UpdateModelPackage', input.ModelPackageArn),
    run: (input: UpdateModelPackageInput, registry) => update(registry, input),
  },
  ListModelPackages: {
    readOnly: true,
    permissions: listPermission,
    run: (input: ListModelPackagesInput, registry) => list(registry, input),
  },
  DeleteModelPackage: {
    permissions: (input: DeleteModelPackageInput, registry) =>
      permission(registry, 'DeleteModelPackage', input.ModelPackageName),
    run: (input: DeleteModelPackageInput, registry) => remove(registry, input),
  },
  BatchDescribeModelPackage: {
    readOnly: true,
    permissions: (input: BatchDescribeModelPackageInput, registry) =>
      (input.ModelPackageArnList ?? []).map((arn) =>
        permission(registry, 'BatchDescribeModelPackage', arn),
      ),
    run: (input: Checked<BatchDescribeModelPackageInput>, registry) =>
      batchDescribe(registry, input),
  },
};

function permission(registry: Registry, action: string, nameOrArn: string | undefined): Permission {
  return {
    action: `sagemaker:${action}`,
    resource: packageArn(registry, nameOrArn),
  };
}

/**
 * Without a resource, as long as nobody asks for the group of another account: its policy names the versions.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
 */
function listPermission(input: ListModelPackagesInput): Permission {
  const { ModelPackageGroupName: group = '' } = input;
  const isNamed = group.startsWith('arn:');
  const resource = isNamed ? `${group.replace(':model-package-group/', ':model-package/')}/*` : '*';
  return { action: 'sagemaker:ListModelPackages', resource };
}

function create(registry: Registry, input: CreateModelPackageInput): CreateModelPackageOutput {
  const { packageTokens, packages } = registry;
  validateCreate(input);
  const known = input.ClientToken === undefined ? undefined : packageTokens.get(input.ClientToken);
  if (known !== undefined) return { ModelPackageArn: known };
  const record =
    input.ModelPackageGroupName === undefined
      ? unversioned(registry, input)
      : nextVersion(registry, input);
  packages.put(packageKey(record.group, record.name, record.version), record);
  if (input.ClientToken !== undefined) packageTokens.put(input.ClientToken, record.arn);
  publishPackageState(registry, record, []);
  return { ModelPackageArn: record.arn };
}

function nextVersion(registry: Registry, input: CreateModelPackageInput): ModelPackageRecord {
  const group = findGroup(registry, input.ModelPackageGroupName);
  const version = group.lastVersion + 1;
  registry.groups.put(group.name, { ...group, lastVersion: version });
  const name = `${group.name}/${version}`;
  return {
    ...record(registry, input, name),
    group: group.name,
    version,
    approval: input.ModelApprovalStatus ?? 'PendingManualApproval',
  };
}

function unversioned(registry: Registry, input: CreateModelPackageInput): ModelPackageRecord {
  const { packages } = registry;
  const created = record(registry, input, input.ModelPackageName ?? '');
  if (packages.has(created.name)) {
    throw new ValidationException(`Model Package already exists: ${created.arn}`);
  }
  registry.tags.add(created.arn, input.Tags);
  return created;
}

function record(
  registry: Registry,
  input: CreateModelPackageInput,
  name: string,
): ModelPackageRecord {
  const { cloud } = registry;
  const { Tags: _tags, ClientToken: _token, ModelApprovalStatus: _approval, ...rest } = input;
  return {
    name,
    arn: packageArn(registry, name),
    input: rest,
    // Without a ValidationSpecification there is no validation to wait for.
    status: 'Completed',
    creationTime: cloud.clock.now(),
  };
}

function update(registry: Registry, input: UpdateModelPackageInput): UpdateModelPackageOutput {
  const { cloud, packages } = registry;
  const before = findPackage(registry, input.ModelPackageArn);
  if (input.ModelApprovalStatus !== undefined && before.group === undefined) {
    throw new ValidationException(
      'ModelApprovalStatus can only be updated for versioned model packages.',
    );
  }
  const after = { ...applyUpdate(before, input), lastModifiedTime: cloud.clock.now() };
  checkMetadata(after.input.CustomerMetadataProperties);
  packages.put(packageKey(after.group, after.name, after.version), after);
  publishPackageState(registry, after, updatedFields(input));
  return { ModelPackageArn: after.arn };
}

function list(registry: Registry, input: ListModelPackagesInput): ListModelPackagesOutput {
  const { packages } = registry;
  const inGroup = input.ModelPackageGroupName;
  const range = inGroup === undefined ? {} : { prefix: `${findGroup(registry, inGroup).name}/` };
  const wanted = [...packages.entries(range)]
    .map(([, found]) => found)
    .filter((found) => isWanted(found, input));
  const { items, NextToken } = page(wanted, { SortOrder: 'Ascending', ...input });
  return { ModelPackageSummaryList: items.map(summarize), NextToken };
}

function remove(registry: Registry, input: DeleteModelPackageInput): object {
  const { packages } = registry;
  const found = findPackage(registry, input.ModelPackageName);
  packages.delete(packageKey(found.group, found.name, found.version));
  registry.tags.forget(found.arn);
  return {};
}

function batchDescribe(
  registry: Registry,
  input: Checked<BatchDescribeModelPackageInput>,
): BatchDescribeModelPackageOutput {
  const found: Record<string, BatchDescribeModelPackageSummary> = {};
  const missing: Record<string, { ErrorCode: string; ErrorResponse: string }> = {};
  for (const arn of input.ModelPackageArnList) {
    try {
      found[arn] = summarizeForBatch(findPackage(registry, arn));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      missing[arn] = { ErrorCode: error.code, ErrorResponse: error.message };
    }
  }
  return { ModelPackageSummaries: found, BatchDescribeModelPackageErrorMap: missing };
}

/** The name of the new package, because policies name versions: `…:model-package/<group>/*`. */
function nameToBe(registry: Registry, input: CreateModelPackageInput): string | undefined {
  if (input.ModelPackageGroupName === undefined) return input.ModelPackageName;
  const name = groupName(input.ModelPackageGroupName);
  return `${name}/${(registry.groups.get(name)?.lastVersion ?? 0) + 1}`;
}

function isWanted(found: ModelPackageRecord, input: ListModelPackagesInput): boolean {
  const { ModelApprovalStatus, ModelPackageGroupName, ModelPackageType } = input;
  if (ModelApprovalStatus !== undefined && found.approval !== ModelApprovalStatus) return false;
  // AWS lists unversioned packages if the request has neither a group nor a type.
  const type = ModelPackageType ?? (ModelPackageGroupName === undefined ? 'Unversioned' : 'Both');
  return type === 'Both' || (type === 'Versioned') === (found.group !== undefined);
}

function applyUpdate(
  before: ModelPackageRecord,
  input: UpdateModelPackageInput,
): ModelPackageRecord {
  const removed = new Set(input.CustomerMetadataPropertiesToRemove);
  const metadata = Object.entries({
    ...before.input.CustomerMetadataProperties,
    ...input.CustomerMetadataProperties,
  }).filter(([key]) => !removed.has(key));
  const additional = [
    ...(before.input.AdditionalInferenceSpecifications ?? []),
    ...(input.AdditionalInferenceSpecificationsToAdd ?? []),
  ];
  const { InferenceSpecification, SourceUri, ModelCard, ModelLifeCycle } = input;
  return {
    ...before,
    ...(input.ModelApprovalStatus === undefined ? {} : { approval: input.ModelApprovalStatus }),
    ...(input.ApprovalDescription === undefined
      ? {}
      : { approvalDescription: input.ApprovalDescription }),
    input: {
      ...before.input,
      ...(metadata.length === 0 && before.input.CustomerMetadataProperties === undefined
        ? {}
        : { CustomerMetadataProperties: Object.fromEntries(metadata) }),
      ...(additional.length === 0 ? {} : { AdditionalInferenceSpecifications: additional }),
      ...(InferenceSpecification === undefined ? {} : { InferenceSpecification }),
      ...(SourceUri === undefined ? {} : { SourceUri }),
      ...(ModelCard === undefined ? {} : { ModelCard }),
      ...(ModelLifeCycle === undefined ? {} : { ModelLifeCycle }),
    },
  };
}

function updatedFields(input: UpdateModelPackageInput): readonly UpdatedField[] {
  const changed: Readonly<Record<UpdatedField, boolean>> = {
    ModelLifeCycle: input.ModelLifeCycle !== undefined,
    ModelApprovalStatus: input.ModelApprovalStatus !== undefined,
    ApprovalDescription: input.ApprovalDescription !== undefined,
    sourceUri: input.SourceUri !== undefined,
    CustomerMetadataProperties:
      input.CustomerMetadataProperties !== undefined ||
      input.CustomerMetadataPropertiesToRemove !== undefined,
    InferenceSpecification: input.InferenceSpecification !== undefined,
  };
  return (Object.keys(changed) as UpdatedField[]).filter((field) => changed[field]);
}

function describe(record: ModelPackageRecord): DescribeModelPackageOutput {
  const { ModelPackageGroupName: _group, ModelPackageName: _name, ...input } = record.input;
  return {
    ...input,
    CertifyForMarketplace: input.CertifyForMarketplace ?? false,
    ModelPackageName: record.name,
    ModelPackageGroupName: record.group,
    ModelPackageVersion: record.version,
    ModelPackageArn: record.arn,
    CreationTime: new Date(record.creationTime),
    LastModifiedTime:
      record.lastModifiedTime === undefined ? undefined : new Date(record.lastModifiedTime),
    ModelPackageStatus: record.status,
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    ModelApprovalStatus: record.approval,
    ApprovalDescription: record.approvalDescription,
  };
}

function summarize(record: ModelPackageRecord): ModelPackageSummary {
  return {
    // On AWS, versioned packages have no name in lists.
    ...(record.group === undefined ? { ModelPackageName: record.name } : {}),
    ModelPackageGroupName: record.group,
    ModelPackageVersion: record.version,
    ModelPackageArn: record.arn,
    ModelPackageDescription: record.input.ModelPackageDescription,
    CreationTime: new Date(record.creationTime),
    ModelPackageStatus: record.status,
    ModelApprovalStatus: record.approval,
    ModelLifeCycle: record.input.ModelLifeCycle,
  };
}

function summarizeForBatch(record: ModelPackageRecord): BatchDescribeModelPackageSummary {
  return {
    ModelPackageGroupName: record.group,
    ModelPackageVersion: record.version,
    ModelPackageArn: record.arn,
    ModelPackageDescription: record.input.ModelPackageDescription,
    CreationTime: new Date(record.creationTime),
    InferenceSpecification: record.input.InferenceSpecification,
    ModelPackageStatus: record.status,
    ModelApprovalStatus: record.approval,
  };
}
