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
  UpdateModelPackageInput,
  UpdateModelPackageOutput,
} from '@aws-sdk/client-sagemaker';
import { operation } from '../../../cloud/operation.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import type { SageMaker } from '../sagemaker.ts';
import { findGroup, findPackage, groupName, packageArn } from './find.ts';
import { publishPackageState, type UpdatedField } from './model-package-events.ts';
import { checkMetadata, validateCreate } from './model-package-request.ts';
import { groupTable, type ModelPackageRecord, packageKey, packageTable } from './records.ts';

/** Model packages: what was trained, with everything one needs to know to approve and deploy it. */
export function createModelPackageOperations(sagemaker: SageMaker) {
  const { cloud } = sagemaker;
  const packages = packageTable(sagemaker);
  const tokens = cloud.store.table<string>('sagemaker.model-package-tokens', 'string');
  const permission = (action: string, nameOrArn: string | undefined) => ({
    action: `sagemaker:${action}`,
    resource: packageArn(sagemaker, nameOrArn),
  });

  function create(input: CreateModelPackageInput): CreateModelPackageOutput {
    validateCreate(input);
    const known = input.ClientToken === undefined ? undefined : tokens.get(input.ClientToken);
    if (known !== undefined) return { ModelPackageArn: known };
    const record =
      input.ModelPackageGroupName === undefined ? unversioned(input) : nextVersion(input);
    packages.put(packageKey(record.group, record.name, record.version), record);
    if (input.ClientToken !== undefined) tokens.put(input.ClientToken, record.arn);
    publishPackageState(sagemaker, record, []);
    return { ModelPackageArn: record.arn };
  }

  function nextVersion(input: CreateModelPackageInput): ModelPackageRecord {
    const group = findGroup(sagemaker, input.ModelPackageGroupName);
    const version = group.lastVersion + 1;
    groupTable(sagemaker).put(group.name, { ...group, lastVersion: version });
    const name = `${group.name}/${version}`;
    return {
      ...record(input, name),
      group: group.name,
      version,
      approval: input.ModelApprovalStatus ?? 'PendingManualApproval',
    };
  }

  function unversioned(input: CreateModelPackageInput): ModelPackageRecord {
    const created = record(input, input.ModelPackageName ?? '');
    if (packages.has(created.name)) {
      throw new ValidationException(`Model Package already exists: ${created.arn}`);
    }
    sagemaker.tags.add(created.arn, input.Tags);
    return created;
  }

  function record(input: CreateModelPackageInput, name: string): ModelPackageRecord {
    const { Tags: _tags, ClientToken: _token, ModelApprovalStatus: _approval, ...rest } = input;
    return {
      name,
      arn: packageArn(sagemaker, name),
      input: rest,
      // Without a ValidationSpecification there is nothing to wait for.
      status: 'Completed',
      creationTime: cloud.clock.now(),
    };
  }

  function update(input: UpdateModelPackageInput): UpdateModelPackageOutput {
    const before = findPackage(sagemaker, input.ModelPackageArn);
    if (input.ModelApprovalStatus !== undefined && before.group === undefined) {
      throw new ValidationException(
        'ModelApprovalStatus can only be updated for versioned model packages.',
      );
    }
    const after = { ...applyUpdate(before, input), lastModifiedTime: cloud.clock.now() };
    checkMetadata(after.input.CustomerMetadataProperties);
    packages.put(packageKey(after.group, after.name, after.version), after);
    publishPackageState(sagemaker, after, updatedFields(input));
    return { ModelPackageArn: after.arn };
  }

  function list(input: ListModelPackagesInput): ListModelPackagesOutput {
    const inGroup = input.ModelPackageGroupName;
    const range = inGroup === undefined ? {} : { prefix: `${findGroup(sagemaker, inGroup).name}/` };
    const wanted = [...packages.entries(range)]
      .map(([, found]) => found)
      .filter((found) => isWanted(found, input));
    const { items, NextToken } = page(wanted, { SortOrder: 'Ascending', ...input });
    return { ModelPackageSummaryList: items.map(summarize), NextToken };
  }

  function remove(input: DeleteModelPackageInput): object {
    const found = findPackage(sagemaker, input.ModelPackageName);
    packages.delete(packageKey(found.group, found.name, found.version));
    sagemaker.tags.forget(found.arn);
    return {};
  }

  function batchDescribe(input: BatchDescribeModelPackageInput): BatchDescribeModelPackageOutput {
    const found: Record<string, BatchDescribeModelPackageSummary> = {};
    const missing: Record<string, { ErrorCode: string; ErrorResponse: string }> = {};
    for (const arn of input.ModelPackageArnList ?? []) {
      try {
        found[arn] = summarizeForBatch(findPackage(sagemaker, arn));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        missing[arn] = { ErrorCode: error.code, ErrorResponse: error.message };
      }
    }
    return { ModelPackageSummaries: found, BatchDescribeModelPackageErrorMap: missing };
  }

  return {
    CreateModelPackage: operation(
      (input: CreateModelPackageInput) => permission('CreateModelPackage', nameToBe(input)),
      create,
    ),
    DescribeModelPackage: operation(
      (input: DescribeModelPackageInput) =>
        permission('DescribeModelPackage', input.ModelPackageName),
      (input) => describe(findPackage(sagemaker, input.ModelPackageName)),
    ),
    UpdateModelPackage: operation(
      (input: UpdateModelPackageInput) => permission('UpdateModelPackage', input.ModelPackageArn),
      update,
    ),
    ListModelPackages: operation(
      (_input: ListModelPackagesInput) => ({
        action: 'sagemaker:ListModelPackages',
        resource: '*',
      }),
      list,
    ),
    DeleteModelPackage: operation(
      (input: DeleteModelPackageInput) => permission('DeleteModelPackage', input.ModelPackageName),
      remove,
    ),
    BatchDescribeModelPackage: operation(
      (input: BatchDescribeModelPackageInput) =>
        (input.ModelPackageArnList ?? []).map((arn) =>
          permission('BatchDescribeModelPackage', arn),
        ),
      batchDescribe,
    ),
  };

  /** The name a package would get: policies name versions, `…:model-package/<group>/*`. */
  function nameToBe(input: CreateModelPackageInput): string | undefined {
    if (input.ModelPackageGroupName === undefined) return input.ModelPackageName;
    const name = groupName(input.ModelPackageGroupName);
    return `${name}/${(groupTable(sagemaker).get(name)?.lastVersion ?? 0) + 1}`;
  }
}

function isWanted(found: ModelPackageRecord, input: ListModelPackagesInput): boolean {
  const { ModelApprovalStatus, ModelPackageGroupName, ModelPackageType } = input;
  if (ModelApprovalStatus !== undefined && found.approval !== ModelApprovalStatus) return false;
  // AWS shows unversioned packages where neither a group nor a type is asked for.
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
    // Versioned packages have no name in lists, on AWS.
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
