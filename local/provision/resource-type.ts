import { createHash } from 'node:crypto';
import type { CallOptions, Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { ServiceName } from '../cloud/service-name.ts';

/** Properties of a resource, every intrinsic function resolved. */
export type Properties = Readonly<Record<string, unknown>>;

/** The values of `Ref` and `Fn::GetAtt` of a resource. */
export interface Provisioned {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A resource from an earlier run, with the properties that it got. */
export interface Former extends Provisioned {
  /** Records of earlier versions have none. */
  readonly properties?: Properties;
}

/** A change of a stack by CloudFormation's API, which takes its time where CloudFormation does. */
export interface Deployment {
  /** Ends what waits. */
  readonly signal: AbortSignal;
}

/** A request to create, update or remove a resource of a stack. */
export interface ResourceRequest {
  readonly cloud: Cloud;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** The CloudFormation type, for example `AWS::S3::Bucket`. */
  readonly type: string;
  readonly properties: Properties;
  /** The resource from an earlier run. */
  readonly previous?: Former;
  /** Whether the properties of `previous` are in effect; after an interrupted update they may not be. @default false */
  readonly isPreviousInEffect?: boolean;
  /** Undefined where the runtime provisions by itself, and where a deployment is rolled back. */
  readonly deployment?: Deployment | undefined;
}

/** Maps a CloudFormation resource type to calls of the services. */
export interface ResourceType {
  /** The properties that have an effect here; others are named in the start-up report. */
  readonly properties: readonly string[] | 'any';
  /** Whether its attributes name a port of this runtime, so that it is applied again when that changes. @default false */
  readonly hasAddress?: boolean;
  /** The missing features of the resource, for the start-up report. */
  withoutEffect?(
    properties: Properties,
    cloud: Cloud,
    deployment?: Deployment,
  ): string | undefined | Promise<string | undefined>;
  /** Why making or changing it may take long, for the progress of the start. */
  takesLong?(properties: Properties): string | undefined;
  /** Creates the resource, or updates the existing one to these properties. */
  apply(request: ResourceRequest): Promise<Provisioned>;
  /** Removes the resource; it succeeds if the resource does not exist. */
  remove(request: ResourceRequest): Promise<void>;
}

/**
 * Calls a service as the account's own user, as CloudFormation's execution role does. Does not wait for the
 * disk: writes reach it in their order, and provisioning waits for the last one.
 */
export function call<Output = unknown>(
  { cloud }: Pick<ResourceRequest, 'cloud'>,
  service: ServiceName,
  operation: string,
  input: object,
  options: CallOptions = {},
): Promise<Output> {
  return cloud.handOn<Output>(
    accountOf(cloud),
    service,
    operation,
    withoutUndefined(input),
    options,
  );
}

/** The account's own user. */
export function accountOf({ accountId }: Pick<Cloud, 'accountId'>): Principal {
  return { kind: 'account', arn: `arn:aws:iam::${accountId}:root` };
}

/** Runs `create`; if the resource exists already, runs `update` instead. */
export function createOrUpdate<Output>(
  create: () => Promise<Output>,
  update: () => Promise<Output>,
  existsCode: string,
): Promise<Output> {
  return tryBoth(create, update, existsCode);
}

/** Runs `update`; if the resource does not exist, runs `create` instead. */
export function updateOrCreate<Output>(
  update: () => Promise<Output>,
  create: () => Promise<Output>,
  missingCode: string,
): Promise<Output> {
  return tryBoth(update, create, missingCode);
}

async function tryBoth<Output>(
  first: () => Promise<Output>,
  second: () => Promise<Output>,
  code: string,
): Promise<Output> {
  try {
    return await first();
  } catch (error) {
    if (error instanceof ServiceError && error.code === code) return second();
    throw error;
  }
}

/** Runs `remove`, which succeeds if the resource does not exist. */
export async function ignoreMissing(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'client') throw error;
    if (!MISSING_ERRORS.test(error.code) && !MISSING_MESSAGE.test(error.message)) throw error;
  }
}

const MISSING_ERRORS = /NoSuch|NotFound|NonExistent|DoesNotExist/;
/** SageMaker's code is ValidationException. */
const MISSING_MESSAGE = /does not exist|Could not find/;

/** The generated name of a resource: the same at every start, so that its state is found. */
export function physicalName(
  { cloud, stackName, logicalId }: Pick<ResourceRequest, 'cloud' | 'stackName' | 'logicalId'>,
  maxLength: number,
): string {
  const suffix = createHash('sha256')
    .update(`${cloud.accountId}/${cloud.region}/${stackName}/${logicalId}`)
    .digest('hex')
    .slice(0, 12);
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

/** A string property, or the generated name of the resource. */
export function nameOf(request: ResourceRequest, property: string, maxLength: number): string {
  const name = request.properties[property];
  return typeof name === 'string' ? name : physicalName(request, maxLength);
}

/** CloudFormation's `[{Key, Value}]` as a map. */
export function tagMap(tags: unknown): Readonly<Record<string, string>> | undefined {
  if (!Array.isArray(tags)) return undefined;
  return Object.fromEntries(
    (tags as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );
}

/** A copy without undefined members; the services distinguish absent members. */
export function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

/** A subset of the properties. */
export function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(
    names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]),
  );
}
