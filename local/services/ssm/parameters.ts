import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  LabelParameterVersionRequest,
  Parameter,
  ParameterMetadata,
  ParameterStringFilter,
  PutParameterRequest,
  SSM,
} from '@aws-sdk/client-ssm';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Account, Permission } from '../../cloud/service.ts';
import { ParameterNotFound, ParameterVersionNotFound, ValidationException } from './errors.ts';
import { DESCRIBE_PAGE_SIZE, HISTORY_PAGE_SIZE, PATH_PAGE_SIZE } from './limits.ts';
import { checkReference, nameOf, parameterArn, selectorOf } from './parameter-names.ts';
import { putParameter } from './put-parameter.ts';
import type { SsmState } from './state.ts';
import type { ParameterRecord, VersionRecord } from './store.ts';

/** The Parameter Store. */
export const parameterOperations: OperationTable<SSM, SsmState> = {
  PutParameter: {
    permissions: (input: PutParameterRequest, { cloud }) =>
      onParameter(cloud, 'PutParameter', input.Name),
    run: (input: Checked<PutParameterRequest>, state, call) => putParameter(state, input, call),
  },
  GetParameter: {
    readOnly: true,
    permissions: (input: GetParameterRequest, { cloud }) =>
      onParameter(cloud, 'GetParameter', input.Name),
    run: (input: Checked<GetParameterRequest>, state): GetParameterResult => ({
      Parameter: getParameter(state, input.Name),
    }),
  },
  GetParameters: {
    readOnly: true,
    permissions: (input: GetParametersRequest, { cloud }) =>
      onParameters(cloud, 'GetParameters', input.Names),
    run: (input: Checked<GetParametersRequest>, state) => getParameters(state, input),
  },
  GetParametersByPath: {
    readOnly: true,
    permissions: (input: GetParametersByPathRequest, { cloud }) =>
      onParameter(cloud, 'GetParametersByPath', input.Path),
    run: (input: Checked<GetParametersByPathRequest>, state) => getParametersByPath(state, input),
  },
  GetParameterHistory: {
    readOnly: true,
    permissions: (input: GetParameterHistoryRequest, { cloud }) =>
      onParameter(cloud, 'GetParameterHistory', input.Name),
    run: (input: Checked<GetParameterHistoryRequest>, state) => getHistory(state, input),
  },
  DescribeParameters: {
    readOnly: true,
    permissions: () => ({ action: 'ssm:DescribeParameters', resource: '*' }),
    run: (input: DescribeParametersRequest, state) => describeParameters(state, input),
  },
  DeleteParameter: {
    permissions: (input: DeleteParameterRequest, { cloud }) =>
      onParameter(cloud, 'DeleteParameter', input.Name),
    run(input: Checked<DeleteParameterRequest>, { cloud, parameters }): object {
      if (!parameters.delete(nameOf(cloud, input.Name))) throw new ParameterNotFound();
      return {};
    },
  },
  DeleteParameters: {
    permissions: (input: DeleteParametersRequest, { cloud }) =>
      onParameters(cloud, 'DeleteParameters', input.Names),
    run(input: Checked<DeleteParametersRequest>, { cloud, parameters }): DeleteParametersResult {
      const names = input.Names;
      const DeletedParameters = names.filter((name) => parameters.delete(nameOf(cloud, name)));
      const InvalidParameters = names.filter((name) => !DeletedParameters.includes(name));
      return { DeletedParameters, InvalidParameters };
    },
  },
  LabelParameterVersion: {
    permissions: (input: LabelParameterVersionRequest, { cloud }) =>
      onParameter(cloud, 'LabelParameterVersion', input.Name),
    run: (input: Checked<LabelParameterVersionRequest>, state) => labelVersion(state, input),
  },
};

function onParameter(cloud: Account, action: string, name: string | undefined): Permission {
  const resource = parameterArn(cloud, selectorOf((name ?? '').trim()).name);
  return { action: `ssm:${action}`, resource };
}

function onParameters(
  cloud: Account,
  action: string,
  names: readonly string[] | undefined,
): readonly Permission[] {
  return (names ?? []).map((name) => onParameter(cloud, action, name));
}

/** @throws ParameterNotFound, ParameterVersionNotFound, ValidationException */
function getParameter({ cloud, parameters }: SsmState, text: string): Parameter {
  checkReference(text);
  const { name, selector } = selectorOf(text.trim());
  const record = parameters.get(nameOf(cloud, name));
  if (record === undefined) throw new ParameterNotFound();
  const version =
    selector === undefined
      ? record.versions.at(-1)
      : record.versions.find(
          (one) => String(one.version) === selector || one.labels.includes(selector),
        );
  if (version === undefined) throw new ParameterVersionNotFound(text);
  return render(cloud, record, version, selector);
}

function render(
  cloud: Cloud,
  record: ParameterRecord,
  version: VersionRecord,
  selector?: string,
): Parameter {
  return {
    Name: record.name,
    Type: version.type,
    Value: version.value,
    Version: version.version,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: new Date(version.modifiedAt),
    ARN: parameterArn(cloud, record.name),
    DataType: version.dataType,
  };
}

function getParameters(state: SsmState, input: Checked<GetParametersRequest>): GetParametersResult {
  const found: Parameter[] = [];
  const InvalidParameters: string[] = [];
  for (const name of input.Names) {
    try {
      found.push(getParameter(state, name));
    } catch (error) {
      if (!(error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound))
        throw error;
      InvalidParameters.push(name);
    }
  }
  return { Parameters: found, InvalidParameters };
}

function getParametersByPath(
  { cloud, parameters }: SsmState,
  input: Checked<GetParametersByPathRequest>,
): GetParametersByPathResult {
  const path = input.Path;
  if (!path.startsWith('/')) {
    throw new ValidationException(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  }
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const limit = input.MaxResults ?? PATH_PAGE_SIZE;
  const found: Parameter[] = [];
  let last: string | undefined;
  for (const [name, record] of parameters.entries({ prefix, ...afterToken(input.NextToken) })) {
    if (input.Recursive !== true && name.slice(prefix.length).includes('/')) continue;
    if (!matchesFilters(record, input.ParameterFilters ?? [])) continue;
    if (found.length === limit) return { Parameters: found, NextToken: token(last) };
    const version = record.versions.at(-1);
    if (version !== undefined) found.push(render(cloud, record, version));
    last = name;
  }
  return { Parameters: found };
}

function token(name: string | undefined): string {
  return Buffer.from(name ?? '').toString('base64');
}

function afterToken(text: string | undefined): { readonly after?: string } {
  return text === undefined ? {} : { after: Buffer.from(text, 'base64').toString() };
}

function matchesFilters(
  record: ParameterRecord,
  filters: readonly ParameterStringFilter[],
): boolean {
  return filters.every(({ Key = '', Option, Values = [] }) => {
    const version = record.versions.at(-1);
    const value = Key.startsWith('tag:')
      ? record.tags[Key.slice(4)]
      : {
          Name: record.name,
          Type: version?.type,
          Tier: version?.tier,
          DataType: version?.dataType,
          KeyId: version?.keyId,
        }[Key];
    if (Key === 'Path') return Values.some((path) => isBelow(record.name, path, Option));
    if (value === undefined) return false;
    if (Option === 'BeginsWith') return Values.some((text) => value.startsWith(text));
    if (Option === 'Contains') return Values.some((text) => value.includes(text));
    return Values.length === 0 || Values.includes(value);
  });
}

function isBelow(name: string, path: string, option: string | undefined): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return false;
  return option === 'Recursive' || !name.slice(prefix.length).includes('/');
}

function describeParameters(
  { cloud, parameters }: SsmState,
  input: DescribeParametersRequest,
): DescribeParametersResult {
  const limit = input.MaxResults ?? DESCRIBE_PAGE_SIZE;
  const found: ParameterMetadata[] = [];
  let last: string | undefined;
  for (const [name, record] of parameters.entries(afterToken(input.NextToken))) {
    if (!matchesFilters(record, input.ParameterFilters ?? [])) continue;
    if (found.length === limit) return { Parameters: found, NextToken: token(last) };
    const version = record.versions.at(-1);
    if (version !== undefined) found.push(metadataOf(cloud, record, version));
    last = name;
  }
  return { Parameters: found };
}

function metadataOf(
  cloud: Cloud,
  record: ParameterRecord,
  version: VersionRecord,
): ParameterMetadata {
  return {
    Name: record.name,
    ARN: parameterArn(cloud, record.name),
    Type: version.type,
    ...(version.keyId !== undefined && { KeyId: version.keyId }),
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    ...(version.description !== undefined && { Description: version.description }),
    ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}

function getHistory(
  { cloud, parameters }: SsmState,
  input: Checked<GetParameterHistoryRequest>,
): GetParameterHistoryResult {
  checkReference(input.Name);
  const record = parameters.get(nameOf(cloud, input.Name));
  if (record === undefined) throw new ParameterNotFound();
  const { MaxResults: limit = HISTORY_PAGE_SIZE, NextToken: token } = input;
  const request = { limit, token };
  const { items, next } = pageByName(record.versions, ({ version }) => `${version}`, request);
  return {
    Parameters: items.map((version) => {
      const { ARN: _arn, ...metadata } = metadataOf(cloud, record, version);
      return { ...metadata, Value: version.value, Labels: [...version.labels] };
    }),
    ...(next !== undefined && { NextToken: next }),
  };
}

function labelVersion(
  { cloud, parameters }: SsmState,
  input: Checked<LabelParameterVersionRequest>,
): { readonly InvalidLabels: string[]; readonly ParameterVersion: number } {
  checkReference(input.Name);
  const name = nameOf(cloud, input.Name);
  const record = parameters.get(name);
  if (record === undefined) throw new ParameterNotFound();
  const wanted = input.ParameterVersion ?? record.versions.at(-1)?.version ?? 0;
  if (!record.versions.some(({ version }) => version === wanted)) {
    throw new ParameterVersionNotFound(`${name}:${wanted}`);
  }
  const all = input.Labels;
  const InvalidLabels = all.filter((label) => !/^(?!aws|ssm|\d)[\w.-]{1,100}$/i.test(label));
  const labels = all.filter((label) => !InvalidLabels.includes(label));
  const versions = record.versions.map((version) => {
    const others = version.labels.filter((label) => !labels.includes(label));
    return { ...version, labels: version.version === wanted ? [...others, ...labels] : others };
  });
  parameters.put(name, { ...record, versions });
  return { InvalidLabels, ParameterVersion: wanted };
}
