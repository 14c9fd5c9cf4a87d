import type { Cloud } from '../../cloud/cloud.ts';
import { type NamedOwner, namedOwner } from '../../cloud/named-owner.ts';
import {
  InvalidParameterValueException,
  ResourceNotFoundException,
  ValidationException,
} from './errors.ts';
import {
  type AliasRecord,
  type FunctionRecord,
  LATEST,
  type LambdaStore,
  qualifiedKey,
} from './store.ts';

/** A reference to a function: name, partial ARN or ARN, with or without a qualifier. */
export interface FunctionReference {
  readonly name: string;
  readonly qualifier: string | undefined;
}

const REFERENCE =
  /^(?:arn:[\w-]+:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

/** The account in the ARN or partial ARN of a function, or in the ARN of another resource of Lambda. */
export function ownerIn(input: object): NamedOwner | undefined {
  const { FunctionName = '' } = input as { readonly FunctionName?: string };
  const accountId = /^(\d{12}):/.exec(FunctionName)?.[1];
  return accountId === undefined ? namedOwner('lambda', input) : { accountId };
}

/** Does not check that the function exists. @throws ValidationException, InvalidParameterValueException */
export function parseReference(text: string | undefined, qualifier?: string): FunctionReference {
  const match = REFERENCE.exec(text ?? '');
  if (match === null) {
    throw new ValidationException(
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  const [, name = '', inName] = match;
  if (inName !== undefined && qualifier !== undefined && inName !== qualifier) {
    throw new InvalidParameterValueException(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name, qualifier: qualifier ?? inName };
}

export function functionArn(cloud: Cloud, name: string, qualifier?: string): string {
  const unqualified = cloud.arn('lambda', `function:${name}`);
  return qualifier === undefined ? unqualified : `${unqualified}:${qualifier}`;
}

/** @throws ResourceNotFoundException */
export function findVersion(
  cloud: Cloud,
  store: LambdaStore,
  { name, qualifier }: FunctionReference,
): FunctionRecord {
  const alias =
    qualifier === undefined ? undefined : store.aliases.get(qualifiedKey(name, qualifier));
  const version = alias === undefined ? (qualifier ?? LATEST) : chooseVersion(cloud, alias);
  const record = store.version(name, version);
  if (record === undefined) {
    throw new ResourceNotFoundException(
      `Function not found: ${functionArn(cloud, name, qualifier)}`,
    );
  }
  return record;
}

/** The version of an invocation: an alias may route a part of its invocations to another version. */
function chooseVersion(cloud: Cloud, alias: AliasRecord): string {
  const weights = alias.routing?.AdditionalVersionWeights ?? {};
  let chance = cloud.random.next();
  for (const [version, weight] of Object.entries(weights)) {
    if (chance < weight) return version;
    chance -= weight;
  }
  return alias.version;
}
