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
  PutParameterResult,
  SSM,
} from '@aws-sdk/client-ssm';
import { BoundedRegex, RegexLimitExceeded } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Account, Call, Permission } from '../../cloud/service.ts';
import {
  AccessDeniedException,
  HierarchyLevelLimitExceededException,
  InvalidAllowedPatternException,
  ParameterAlreadyExists,
  ParameterNotFound,
  ParameterPatternMismatchException,
  ParameterVersionNotFound,
  ValidationException,
} from './errors.ts';
import {
  ADVANCED_VALUE_BYTES,
  DESCRIBE_PAGE_SIZE,
  PATH_PAGE_SIZE,
  type ParameterRecord,
  type SsmState,
  STANDARD_VALUE_BYTES,
  VERSIONS_KEPT,
  type VersionRecord,
} from './store.ts';

/** The Parameter Store. */
export const parameterOperations: OperationTable<SSM, SsmState> = {
  PutParameter: {
    permissions: (input: PutParameterRequest, { cloud }) =>
      onParameter(cloud, 'PutParameter', input.Name),
    run: (input: PutParameterRequest, state, call) => putParameter(state, input, call),
  },
  GetParameter: {
    readOnly: true,
    permissions: (input: GetParameterRequest, { cloud }) =>
      onParameter(cloud, 'GetParameter', input.Name),
    run: (input: GetParameterRequest, state): GetParameterResult => ({
      Parameter: getParameter(state, input.Name ?? ''),
    }),
  },
  GetParameters: {
    readOnly: true,
    permissions: (input: GetParametersRequest, { cloud }) =>
      onParameters(cloud, 'GetParameters', input.Names),
    run: (input: GetParametersRequest, state) => getParameters(state, input),
  },
  GetParametersByPath: {
    readOnly: true,
    permissions: (input: GetParametersByPathRequest, { cloud }) =>
      onParameter(cloud, 'GetParametersByPath', input.Path),
    run: (input: GetParametersByPathRequest, state) => getParametersByPath(state, input),
  },
  GetParameterHistory: {
    readOnly: true,
    permissions: (input: GetParameterHistoryRequest, { cloud }) =>
      onParameter(cloud, 'GetParameterHistory', input.Name),
    run: (input: GetParameterHistoryRequest, state) => getHistory(state, input),
  },
  DescribeParameters: {
    readOnly: true,
    permissions: () => ({ action: 'ssm:DescribeParameters', resource: '*' }),
    run: (input: DescribeParametersRequest, state) => describeParameters(state, input),
  },
  DeleteParameter: {
    permissions: (input: DeleteParameterRequest, { cloud }) =>
      onParameter(cloud, 'DeleteParameter', input.Name),
    run(input: DeleteParameterRequest, { cloud, parameters }): object {
      if (!parameters.delete(nameOf(cloud, input.Name ?? ''))) throw new ParameterNotFound();
      return {};
    },
  },
  DeleteParameters: {
    permissions: (input: DeleteParametersRequest, { cloud }) =>
      onParameters(cloud, 'DeleteParameters', input.Names),
    run(input: DeleteParametersRequest, { cloud, parameters }): DeleteParametersResult {
      const names = input.Names ?? [];
      const DeletedParameters = names.filter((name) => parameters.delete(nameOf(cloud, name)));
      const InvalidParameters = names.filter((name) => !DeletedParameters.includes(name));
      return { DeletedParameters, InvalidParameters };
    },
  },
  LabelParameterVersion: {
    permissions: (input: LabelParameterVersionRequest, { cloud }) =>
      onParameter(cloud, 'LabelParameterVersion', input.Name),
    run: (input: LabelParameterVersionRequest, state) => labelVersion(state, input),
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

/** Names that begin with `/` have no second one in their ARN. */
export function parameterArn(cloud: Account, name: string): string {
  if (name.startsWith('arn:')) return name;
  return cloud.arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
}

/** Parameters may be named by their ARN; blanks around a name are taken away. */
function nameOf(cloud: Account, text: string): string {
  const name = text.trim();
  const prefix = cloud.arn('ssm', 'parameter');
  if (!name.startsWith(prefix)) return name;
  const path = name.slice(prefix.length);
  return path.lastIndexOf('/') === 0 ? path.slice(1) : path;
}

interface Selector {
  readonly name: string;
  /** A version number or a label. */
  readonly selector: string | undefined;
}

function selectorOf(text: string): Selector {
  const start = text.startsWith('arn:') ? text.indexOf(':parameter/') + 1 : 0;
  const colon = text.indexOf(':', start);
  if (colon < 0) return { name: text, selector: undefined };
  return { name: text.slice(0, colon), selector: text.slice(colon + 1) };
}

function putParameter(
  { cloud, parameters }: SsmState,
  input: PutParameterRequest,
  call: Call,
): PutParameterResult {
  const name = nameOf(cloud, input.Name ?? '');
  const former = parameters.get(name);
  checkPut(cloud, name, input, former);
  const latest = former?.versions.at(-1);
  const version = versionFor(cloud, input, latest, call);
  const versions = [...(former?.versions ?? []), version].slice(-VERSIONS_KEPT);
  const given = (input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
  parameters.put(name, { name, versions, tags: former?.tags ?? Object.fromEntries(given) });
  const operationName = former === undefined ? 'Create' : 'Update';
  cloud.publish({
    source: 'aws.ssm',
    'detail-type': 'Parameter Store Change',
    resources: [parameterArn(cloud, name)],
    detail: { operation: operationName, name, type: version.type },
  });
  return { Version: version.version, Tier: version.tier };
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const HIERARCHY_LEVELS = 15;

const MISSPELLED =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

function isMisspelled(name: string): boolean {
  const isUnqualified = name.includes('/') && !name.startsWith('/');
  const hasEmptyLevel = name.replace(/^\//, '').split('/').includes('');
  return isUnqualified || hasEmptyLevel || !/^[\w./-]+$/.test(name);
}

/**
 * Judges the name of a parameter that is read, which needs no such parameter to be refused; a deletion
 * does not find it. The sentences are those that people report of GetParameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws ValidationException
 */
function checkReference(reference: string): void {
  const text = reference.trim();
  if (text.startsWith('arn:')) return;
  const { name, selector } = selectorOf(text);
  if (selector === '' || selector?.includes(':') === true) {
    throw new ValidationException(
      'Invalid parameter name. Please use correct syntax for referencing a version/label  <name>:<version/label>',
    );
  }
  if (isMisspelled(name)) throw new ValidationException(MISSPELLED);
}

/** @throws AccessDeniedException, HierarchyLevelLimitExceededException, ValidationException */
function checkName(name: string): void {
  if (name.includes('/') && !name.startsWith('/')) {
    throw new ValidationException('Parameter name must be a fully qualified name');
  }
  const levels = name.replace(/^\//, '').split('/');
  const isReserved = /^\/?(?:aws|ssm)/i.test(name);
  if (isReserved && levels.length === 1) {
    throw new ValidationException(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
  if (/^\/aws/i.test(name)) {
    throw new AccessDeniedException(`No access to reserved parameter name: ${name}.`);
  }
  if (isReserved || isMisspelled(name)) throw new ValidationException(MISSPELLED);
  if (levels.length > HIERARCHY_LEVELS) throw new HierarchyLevelLimitExceededException();
}

/** A value that refers to another parameter, which Parameter Store leaves to the services that read it. */
const NESTED = /\{\{[^{}]*\}\}/;

/** With what stands before it in its ARN; the model's 2,048 have room for AWS's own. */
const LONGEST_NAME_CHARACTERS = 1_011;

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
function checkNameLength(cloud: Account, name: string): void {
  if (parameterArn(cloud, name).length <= LONGEST_NAME_CHARACTERS) return;
  throw new ValidationException(
    `Parameter name: can't have more than ${LONGEST_NAME_CHARACTERS} characters, those of its ARN included.`,
  );
}

function checkPut(
  cloud: Cloud,
  name: string,
  input: PutParameterRequest,
  former: ParameterRecord | undefined,
): void {
  checkName(name);
  checkNameLength(cloud, name);
  if (NESTED.test(input.Value ?? '')) {
    throw new ValidationException(
      'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
    );
  }
  if (input.Value === '') {
    throw new ValidationException(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (former !== undefined && input.Overwrite !== true) throw new ParameterAlreadyExists();
  if (former === undefined && input.Type === undefined) {
    throw new ValidationException('A parameter type is required when you create a parameter.');
  }
  const limit = input.Tier === 'Advanced' ? ADVANCED_VALUE_BYTES : STANDARD_VALUE_BYTES;
  const isIntelligent = input.Tier === 'Intelligent-Tiering';
  const bytes = Buffer.byteLength(input.Value ?? '');
  if (bytes > (isIntelligent ? ADVANCED_VALUE_BYTES : limit)) {
    throw new ValidationException(
      `Standard tier parameters support a maximum parameter value of ${STANDARD_VALUE_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  if (input.AllowedPattern && !isAllowed(input.AllowedPattern, input.Value ?? '')) {
    throw new ParameterPatternMismatchException(input.AllowedPattern);
  }
}

/** @throws InvalidAllowedPatternException for what is no regular expression, or takes too long to judge */
function isAllowed(pattern: string, value: string): boolean {
  try {
    return new BoundedRegex(`^(?:${pattern})$`).test(value);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RegexLimitExceeded)) throw cause;
    throw Object.assign(new InvalidAllowedPatternException(cause.message), { cause });
  }
}

function versionFor(
  cloud: Cloud,
  input: PutParameterRequest,
  former: VersionRecord | undefined,
  call: Call,
): VersionRecord {
  const { principal } = call;
  return {
    version: (former?.version ?? 0) + 1,
    type: input.Type ?? former?.type ?? 'String',
    value: input.Value ?? '',
    modifiedAt: cloud.clock.now(),
    modifiedBy: principal.kind === 'service' ? principal.service : principal.arn,
    dataType: input.DataType ?? former?.dataType ?? 'text',
    tier: input.Tier === 'Advanced' ? 'Advanced' : (former?.tier ?? 'Standard'),
    labels: [],
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.AllowedPattern !== undefined && { allowedPattern: input.AllowedPattern }),
    ...(input.KeyId !== undefined && { keyId: input.KeyId }),
  };
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

function getParameters(state: SsmState, input: GetParametersRequest): GetParametersResult {
  const found: Parameter[] = [];
  const InvalidParameters: string[] = [];
  for (const name of input.Names ?? []) {
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
  input: GetParametersByPathRequest,
): GetParametersByPathResult {
  const path = input.Path ?? '/';
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

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
const HISTORY_PAGE = 50;

function getHistory(
  { cloud, parameters }: SsmState,
  input: GetParameterHistoryRequest,
): GetParameterHistoryResult {
  checkReference(input.Name ?? '');
  const record = parameters.get(nameOf(cloud, input.Name ?? ''));
  if (record === undefined) throw new ParameterNotFound();
  const { MaxResults: limit = HISTORY_PAGE, NextToken: token } = input;
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
  input: LabelParameterVersionRequest,
): { readonly InvalidLabels: string[]; readonly ParameterVersion: number } {
  checkReference(input.Name ?? '');
  const name = nameOf(cloud, input.Name ?? '');
  const record = parameters.get(name);
  if (record === undefined) throw new ParameterNotFound();
  const wanted = input.ParameterVersion ?? record.versions.at(-1)?.version ?? 0;
  if (!record.versions.some(({ version }) => version === wanted)) {
    throw new ParameterVersionNotFound(`${name}:${wanted}`);
  }
  const all = input.Labels ?? [];
  const InvalidLabels = all.filter((label) => !/^(?!aws|ssm|\d)[\w.-]{1,100}$/i.test(label));
  const labels = all.filter((label) => !InvalidLabels.includes(label));
  const versions = record.versions.map((version) => {
    const others = version.labels.filter((label) => !labels.includes(label));
    return { ...version, labels: version.version === wanted ? [...others, ...labels] : others };
  });
  parameters.put(name, { ...record, versions });
  return { InvalidLabels, ParameterVersion: wanted };
}
