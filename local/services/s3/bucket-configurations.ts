import type { S3 } from '@aws-sdk/client-s3';
import {
  type PolicyProblem,
  type PolicyRule,
  readPolicyDocument,
  storedPolicyDocument,
} from '../../authorization/index.ts';
import type { OperationName, OperationTable, ServiceOperation } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import { checkedCors } from './cors.ts';
import {
  IllegalVersioningConfiguration,
  InvalidArgument,
  MalformedPolicy,
  MalformedXml,
  NoSuchConfiguration,
} from './errors.ts';
import { checkedLifecycle } from './lifecycle.ts';
import { POLICY_LIMIT_BYTES } from './limits.ts';
import { ownerOf } from './list-objects.ts';
import { type BucketInput, onBucket } from './operation.ts';
import type { Bucket, S3State } from './state.ts';
import { checkedTagSet, type GivenTag } from './tags.ts';

/** A bucket configuration that is put, read and deleted as a whole. */
interface Configuration {
  /** Its name in the table. */
  readonly name: string;
  readonly put: OperationName<S3>;
  readonly get: OperationName<S3>;
  readonly delete?: OperationName<S3>;
  /** IAM's actions, if their names differ from the operations. */
  readonly putAction?: string;
  readonly getAction?: string;
  /** The member of the input that holds it; also of the output, unless there is an `output`. */
  readonly member: string;
  readonly output?: (value: unknown, state: S3State) => Readonly<Record<string, unknown>>;
  /** The answer for a bucket without this configuration: AWS's error, or a default. */
  readonly missing: readonly [code: string, message: string] | Readonly<Record<string, unknown>>;
  readonly check?: (value: unknown, bucket: string) => unknown;
}

const spread = (value: unknown) => value as Readonly<Record<string, unknown>>;

const CONFIGURATIONS: readonly Configuration[] = [
  {
    name: 'policy',
    put: 'PutBucketPolicy',
    get: 'GetBucketPolicy',
    delete: 'DeleteBucketPolicy',
    member: 'Policy',
    missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
    check: checkedPolicy,
  },
  {
    name: 'encryption',
    put: 'PutBucketEncryption',
    get: 'GetBucketEncryption',
    delete: 'DeleteBucketEncryption',
    putAction: 'PutEncryptionConfiguration',
    getAction: 'GetEncryptionConfiguration',
    member: 'ServerSideEncryptionConfiguration',
    // Since 2023 every bucket encrypts with S3's own keys.
    missing: {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
            BucketKeyEnabled: false,
          },
        ],
      },
    },
    check: checkedEncryption,
  },
  {
    name: 'publicAccessBlock',
    put: 'PutPublicAccessBlock',
    get: 'GetPublicAccessBlock',
    delete: 'DeletePublicAccessBlock',
    putAction: 'PutBucketPublicAccessBlock',
    getAction: 'GetBucketPublicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
    missing: [
      'NoSuchPublicAccessBlockConfiguration',
      'The public access block configuration was not found',
    ],
  },
  {
    name: 'ownershipControls',
    put: 'PutBucketOwnershipControls',
    get: 'GetBucketOwnershipControls',
    delete: 'DeleteBucketOwnershipControls',
    member: 'OwnershipControls',
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
    check: checkedOwnership,
  },
  {
    name: 'lifecycle',
    put: 'PutBucketLifecycleConfiguration',
    get: 'GetBucketLifecycleConfiguration',
    delete: 'DeleteBucketLifecycle',
    putAction: 'PutLifecycleConfiguration',
    getAction: 'GetLifecycleConfiguration',
    member: 'LifecycleConfiguration',
    output: spread,
    missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
    check: checkedLifecycle,
  },
  {
    name: 'tagging',
    put: 'PutBucketTagging',
    get: 'GetBucketTagging',
    delete: 'DeleteBucketTagging',
    member: 'Tagging',
    output: spread,
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
    check: checkedTagging,
  },
  {
    name: 'cors',
    put: 'PutBucketCors',
    get: 'GetBucketCors',
    delete: 'DeleteBucketCors',
    putAction: 'PutBucketCORS',
    getAction: 'GetBucketCORS',
    member: 'CORSConfiguration',
    output: spread,
    missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
    check: checkedCors,
  },
  {
    name: 'notification',
    put: 'PutBucketNotificationConfiguration',
    get: 'GetBucketNotificationConfiguration',
    putAction: 'PutBucketNotification',
    getAction: 'GetBucketNotification',
    member: 'NotificationConfiguration',
    output: spread,
    missing: {},
    check: checkedNotification,
  },
  {
    name: 'logging',
    put: 'PutBucketLogging',
    get: 'GetBucketLogging',
    member: 'BucketLoggingStatus',
    output: spread,
    missing: {},
  },
];

/** The operations of all configurations, of versioning and of ACLs. */
export const bucketConfigurationOperations: OperationTable<S3, S3State> = {
  PutBucketVersioning: {
    permissions: onBucket('PutBucketVersioning'),
    run: (input: VersioningInput, state) => putBucketVersioning(state, input),
  },
  GetBucketVersioning: {
    readOnly: true,
    permissions: onBucket('GetBucketVersioning'),
    run: (input: BucketInput, state) => getBucketVersioning(state, input),
  },
  GetBucketAcl: {
    readOnly: true,
    permissions: onBucket('GetBucketAcl'),
    run: (input: BucketInput, state) => getBucketAcl(state, input),
  },
  ...Object.fromEntries(CONFIGURATIONS.flatMap(operationsOf)),
};

function operationsOf(
  configuration: Configuration,
): readonly (readonly [OperationName<S3>, ServiceOperation<S3State>])[] {
  return [
    [configuration.put, putOperation(configuration)],
    [configuration.get, getOperation(configuration)],
    ...(configuration.delete === undefined
      ? []
      : [[configuration.delete, deleteOperation(configuration)] as const]),
  ];
}

/** The name of the bucket in the ARN of a bucket or an object. */
export function bucketIn(resourceArn: string): string {
  return resourceArn.split(':::')[1]?.split('/')[0] ?? '';
}

/** The bucket's policy, for authorizing access to the bucket and its objects. */
export function bucketPolicy(state: S3State, resourceArn: string): PolicyDocument | undefined {
  const text = state.buckets.get(bucketIn(resourceArn))?.configurations['policy'];
  if (typeof text !== 'string') return undefined;
  let parsed = parsedPolicies.get(text);
  if (parsed === undefined) {
    parsed = storedPolicyDocument(text);
    parsedPolicies.set(text, parsed);
  }
  return parsed;
}

/** Parsed policies by their text, so that each is compiled once. */
const parsedPolicies = new Map<string, PolicyDocument>();

type ConfigurationInput = BucketInput & Readonly<Record<string, unknown>>;

function putOperation(configuration: Configuration): ServiceOperation<S3State, ConfigurationInput> {
  const { name, member } = configuration;
  return {
    permissions: onBucket(configuration.putAction ?? configuration.put),
    run(input, state) {
      const bucket = state.bucket(input);
      const value = input[member];
      if (value === undefined) throw new MalformedXml();
      const checked =
        configuration.check === undefined ? value : configuration.check(value, bucket.name);
      change(state, bucket, { [name]: checked });
      return { $metadata: {} };
    },
  };
}

function getOperation(configuration: Configuration): ServiceOperation<S3State, BucketInput> {
  const { name, member, missing, output } = configuration;
  return {
    readOnly: true,
    permissions: onBucket(configuration.getAction ?? configuration.get),
    run(input, state) {
      const bucket = state.bucket(input);
      const value = bucket.configurations[name];
      if (value !== undefined) return output?.(value, state) ?? { [member]: value };
      if (!Array.isArray(missing)) return missing;
      throw new NoSuchConfiguration(missing[0] as string, missing[1] as string, bucket.name);
    },
  };
}

/** Deleting a missing configuration succeeds. */
function deleteOperation(configuration: Configuration): ServiceOperation<S3State, BucketInput> {
  return {
    // In IAM, deleting tags, encryption or a lifecycle needs the permission to put them.
    permissions: onBucket(
      configuration.delete === 'DeleteBucketPolicy'
        ? configuration.delete
        : (configuration.putAction ?? configuration.put),
    ),
    run(input, state) {
      change(state, state.bucket(input), { [configuration.name]: undefined });
      return { $metadata: {} };
    },
  };
}

function change(state: S3State, bucket: Bucket, values: Readonly<Record<string, unknown>>): void {
  const all = Object.entries({ ...bucket.configurations, ...values });
  const configurations = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  state.buckets.put(bucket.name, { ...bucket, configurations });
}

interface VersioningInput extends BucketInput {
  readonly VersioningConfiguration: { readonly Status?: string | undefined } | undefined;
}

function putBucketVersioning(
  state: S3State,
  input: VersioningInput,
): { readonly $metadata: object } {
  const bucket = state.bucket(input);
  const status = input.VersioningConfiguration?.Status;
  if (status === undefined) throw new IllegalVersioningConfiguration();
  if (status !== 'Enabled' && status !== 'Suspended') throw new MalformedXml();
  state.buckets.put(bucket.name, { ...bucket, versioning: status });
  return { $metadata: {} };
}

function getBucketVersioning(state: S3State, input: BucketInput): object {
  const { versioning } = state.bucket(input);
  return versioning === undefined ? {} : { Status: versioning };
}

function getBucketAcl(state: S3State, input: BucketInput): object {
  state.bucket(input);
  const Owner = ownerOf(state);
  return {
    Owner,
    Grants: [{ Grantee: { ...Owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
  };
}

/** @throws MalformedPolicy */
function checkedPolicy(value: unknown, bucket: string): string {
  const text = String(value);
  if (Buffer.byteLength(text) > POLICY_LIMIT_BYTES) {
    throw new MalformedPolicy(`Policies must be at most ${POLICY_LIMIT_BYTES} bytes long`);
  }
  const { Statement } = readPolicyDocument(text, 'resource', malformed);
  for (const statement of [Statement].flat()) checkStatement(statement, bucket);
  return text;
}

/** Rules of bucket policies that those of other services do not have. */
function checkStatement(statement: PolicyStatement, bucket: string): void {
  const { Action = [], NotAction = [], NotResource = [], Resource = NotResource } = statement;
  const resources = [Resource].flat();
  if (resources.length === 0) throw new MalformedPolicy('Missing required field Resource');
  if ([Action, NotAction].flat().some((action) => !/^(?:\*|s3:.+)$/i.test(action))) {
    throw new MalformedPolicy('Policy has invalid action');
  }
  if (resources.some((resource) => !isOf(bucket, resource))) {
    throw new MalformedPolicy('Policy has invalid resource');
  }
}

/**
 * Whether a resource of a policy can be in the bucket; `*` alone cannot.
 *
 * @see https://github.com/aws-samples/aws-media-services-vod-automation/issues/17 for other buckets
 * @see https://github.com/noobaa/noobaa-core/issues/10058 for `*`
 */
function isOf(bucket: string, resource: string): boolean {
  const [, name = ''] = /^arn:[^:]+:s3:::([^/]*)/.exec(resource) ?? [];
  return /[*?$]/.test(name) || name === bucket;
}

/** S3's messages, by the rule that the policy violates. */
const MALFORMED: Readonly<Partial<Record<PolicyRule, string>>> = {
  json: "Policies must be valid JSON and the first byte must be '{'",
  empty: 'Could not parse the policy: Statement is empty!',
  effect: 'Invalid effect: it is neither Allow nor Deny',
  principal: 'Invalid principal in policy',
  action: 'Policy has invalid action',
  resource: 'Policy has invalid resource',
};

function malformed({ rule, place }: PolicyProblem): MalformedPolicy {
  if (rule === 'missing') {
    return new MalformedPolicy(`Missing required field ${place.split('.').at(-1)}`);
  }
  const sentence = MALFORMED[place === '' ? 'json' : rule] ?? 'Invalid policy syntax.';
  return new MalformedPolicy(sentence);
}

function checkedTagging(value: unknown): unknown {
  const tags = (value as { readonly TagSet?: readonly GivenTag[] }).TagSet ?? [];
  // An empty tag set removes the configuration: reading it afterwards finds none.
  return tags.length === 0 ? undefined : { TagSet: checkedTagSet(tags, 'Bucket') };
}

const ENCRYPTION_ALGORITHMS: ReadonlySet<string> = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);

interface EncryptionRule {
  readonly ApplyServerSideEncryptionByDefault?: {
    readonly SSEAlgorithm?: string;
    readonly KMSMasterKeyID?: string;
  };
}

/** @throws MalformedXml, InvalidArgument */
function checkedEncryption(value: unknown): unknown {
  const { ApplyServerSideEncryptionByDefault: byDefault } = onlyRule(value) as EncryptionRule;
  if (byDefault === undefined) return value;
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: key } = byDefault;
  if (algorithm === undefined || !ENCRYPTION_ALGORITHMS.has(algorithm)) throw new MalformedXml();
  if (key !== undefined && !algorithm.startsWith('aws:kms')) {
    throw new InvalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      'ApplyServerSideEncryptionByDefault',
    );
  }
  return value;
}

export const OBJECT_OWNERSHIPS: ReadonlySet<string> = new Set([
  'BucketOwnerEnforced',
  'BucketOwnerPreferred',
  'ObjectWriter',
]);

/** @throws MalformedXml */
function checkedOwnership(value: unknown): unknown {
  const { ObjectOwnership: ownership } = onlyRule(value) as { readonly ObjectOwnership?: string };
  if (!OBJECT_OWNERSHIPS.has(ownership ?? '')) throw new MalformedXml();
  return value;
}

function onlyRule(value: unknown): unknown {
  const { Rules: rules = [] } = value as { readonly Rules?: readonly unknown[] };
  if (rules.length !== 1) throw new MalformedXml();
  return rules[0];
}

/** The destinations of notifications, and AWS's names of the argument with the ARN. */
const DESTINATIONS = {
  TopicConfigurations: ['Topic', 'TopicArn'],
  QueueConfigurations: ['Queue', 'QueueArn'],
  LambdaFunctionConfigurations: ['CloudFunction', 'LambdaFunctionArn'],
} as const;

interface Destination {
  readonly TopicArn?: string;
  readonly QueueArn?: string;
  readonly LambdaFunctionArn?: string;
  readonly Filter?: {
    readonly Key?: {
      readonly FilterRules?: readonly { readonly Name?: string; readonly Value?: string }[];
    };
  };
}

/** @throws InvalidArgument, MalformedXml as AWS does, and for destinations that nothing here notifies */
function checkedNotification(value: unknown): unknown {
  const configuration = value as Readonly<Record<string, readonly Destination[] | undefined>>;
  for (const [kind, [argument, member]] of Object.entries(DESTINATIONS)) {
    for (const destination of configuration[kind] ?? []) {
      checkDestination(destination, argument, destination[member]);
    }
    if ((configuration[kind]?.length ?? 0) > 0) {
      throw new InvalidArgument(
        'stepmill notifies through EventBridge only: use EventBridgeConfiguration and a rule. The configuration was not changed.',
        kind,
        kind,
      );
    }
  }
  return value;
}

/** @throws InvalidArgument, MalformedXml */
function checkDestination(destination: Destination, argument: string, arn = ''): void {
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(arn)) {
    throw new InvalidArgument('The ARN could not be parsed', argument, arn);
  }
  for (const { Name: name, Value: text } of destination.Filter?.Key?.FilterRules ?? []) {
    if (name === undefined || text === undefined) throw new MalformedXml();
    if (!['prefix', 'suffix'].includes(name.toLowerCase())) {
      throw new InvalidArgument(
        'filter rule name must be either prefix or suffix',
        'FilterRule.Name',
        name,
      );
    }
  }
}
