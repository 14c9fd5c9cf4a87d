import type { PutParameterRequest, PutParameterResult, Tag } from '@aws-sdk/client-ssm';
import { BoundedRegex, RegexLimitExceeded } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import {
  InvalidAllowedPatternException,
  ParameterAlreadyExists,
  ParameterPatternMismatchException,
  TooManyTagsError,
  ValidationException,
} from './errors.ts';
import { ADVANCED_VALUE_BYTES, STANDARD_VALUE_BYTES, VERSIONS_KEPT } from './limits.ts';
import { checkName, checkNameLength, NESTED, nameOf, parameterArn } from './parameter-names.ts';
import type { SsmState } from './state.ts';
import type { ParameterRecord, VersionRecord } from './store.ts';

export function putParameter(
  { cloud, parameters }: SsmState,
  input: Checked<PutParameterRequest>,
  call: Call,
): PutParameterResult {
  const name = nameOf(cloud, input.Name);
  const former = parameters.get(name);
  checkPut(cloud, name, input, former);
  const latest = former?.versions.at(-1);
  const version = versionFor(cloud, input, latest, call);
  const versions = [...(former?.versions ?? []), version].slice(-VERSIONS_KEPT);
  parameters.put(name, { name, versions, tags: former?.tags ?? taggedWith(input.Tags) });
  const operationName = former === undefined ? 'Create' : 'Update';
  cloud.publish({
    source: 'aws.ssm',
    'detail-type': 'Parameter Store Change',
    resources: [parameterArn(cloud, name)],
    detail: { operation: operationName, name, type: version.type },
  });
  return { Version: version.version, Tier: version.tier };
}

/** @throws TooManyTagsError */
export function taggedWith(
  added: readonly Tag[] = [],
  former: ParameterRecord['tags'] = {},
): ParameterRecord['tags'] {
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags({ ...former, ...Object.fromEntries(given) }, () => new TooManyTagsError());
}

function checkPut(
  cloud: Cloud,
  name: string,
  input: Checked<PutParameterRequest>,
  former: ParameterRecord | undefined,
): void {
  checkName(name);
  checkNameLength(cloud, name);
  if (NESTED.test(input.Value)) {
    throw new ValidationException(
      'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
    );
  }
  if (input.Value === '') {
    throw new ValidationException(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (input.Overwrite === true && (input.Tags ?? []).length > 0) {
    throw new ValidationException(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (former !== undefined && input.Overwrite !== true) throw new ParameterAlreadyExists();
  if (former === undefined && input.Type === undefined) {
    throw new ValidationException('A parameter type is required when you create a parameter.');
  }
  const limit = input.Tier === 'Advanced' ? ADVANCED_VALUE_BYTES : STANDARD_VALUE_BYTES;
  const isIntelligent = input.Tier === 'Intelligent-Tiering';
  const bytes = Buffer.byteLength(input.Value);
  if (bytes > (isIntelligent ? ADVANCED_VALUE_BYTES : limit)) {
    throw new ValidationException(
      `Standard tier parameters support a maximum parameter value of ${STANDARD_VALUE_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  if (input.AllowedPattern && !isAllowed(input.AllowedPattern, input.Value)) {
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
  input: Checked<PutParameterRequest>,
  former: VersionRecord | undefined,
  call: Call,
): VersionRecord {
  const { principal } = call;
  return {
    version: (former?.version ?? 0) + 1,
    type: input.Type ?? former?.type ?? 'String',
    value: input.Value,
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
