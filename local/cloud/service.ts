import type { Violation } from './api-model/index.ts';
import type { NamedOwner } from './named-owner.ts';
import type { Principal, RolePrincipal } from './principal.ts';
import type { ServiceError } from './service-error.ts';
import type { ServiceName } from './service-name.ts';
import type { WebRequest, WebResponse } from './web.ts';

/** The account and region of a request. */
export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
  /** `arn:<partition>:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string;
}

/** A permission that a caller needs, in the terms of the Service Authorization Reference. */
export interface Permission {
  /** For example `s3:PutObject`. */
  readonly action: string;
  /** The ARN, or `*` for actions that have no resource type. */
  readonly resource: string;
  /** Condition keys beyond the global ones, for example `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** The details of a call other than its input. */
export interface Call {
  readonly principal: Principal;
  readonly requestId: string;
  /** The client's address, for a call over HTTP. */
  readonly sourceIpAddress?: string;
  readonly userAgent?: string;
  /** The service that makes the call on behalf of the principal, as `s3`: `kms:ViaService` in policies. @default the principal itself */
  readonly viaService?: string;
  /** AWS's tracing header, which names the trace of the request. */
  readonly traceHeader?: string;
  /** Aborted when the client disconnects; ends long polls and streams. */
  readonly signal?: AbortSignal;
  /**
   * Whether the caller can set tags with the prefix `aws:`, as CloudFormation can.
   *
   * @default false
   */
  readonly setsSystemTags?: boolean;
}

/**
 * One API operation. `Input` and `Output` are the AWS SDK's own command types (bodies are
 * `Readable | Uint8Array`, timestamps `Date`).
 */
export interface Operation<Input, Output> {
  /**
   * Whether the operation changes nothing, so that it also works while the disk is full.
   *
   * @default false
   */
  readonly readOnly?: boolean;
  /**
   * `false` for an operation whose response does not wait until its writes are on the disk.
   *
   * @default true
   */
  readonly durable?: boolean;
  /** What the caller must be allowed to do for this input; checked before `run`. */
  permissions(input: Input, account: Account): readonly Permission[];
  run(input: Input, call: Call): Output | Promise<Output>;
}

/** The request quota of an operation, as a token bucket. */
export interface RequestQuota {
  /** The size of the bucket: requests in a burst. */
  readonly bucket: number;
  /** Requests that a second adds, up to the size of the bucket. */
  readonly refillPerSecond: number;
}

/** An operation with any input; the gateway and `cloud.call` pass the input on as they got it. */
export type AnyOperation = Operation<object, unknown>;

/** An event that an AWS service publishes to the default event bus. */
export interface ServiceEvent {
  readonly source: `aws.${string}`;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** A datum of a metric that an AWS service publishes to CloudWatch. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** CloudWatch's unit, for example `Count`, `Microseconds`. */
  readonly unit: string;
  /** Epoch milliseconds. @default now */
  readonly timestamp?: number;
}

/** A line that an AWS service writes to CloudWatch Logs for the user. */
export interface LogLine {
  readonly logGroup: string;
  readonly logStream: string;
  readonly message: string;
  /** Epoch milliseconds. @default now */
  readonly timestamp?: number;
  /**
   * How far the clock of this AWS is ahead of the writer's clock: processes use the wall clock, also when this
   * AWS runs faster. Added to the timestamps of the metrics in the message. @default 0
   */
  readonly writerBehindMs?: number;
}

/** An AWS service: its operations, and its reactions to the events of other services. */
export interface Service {
  readonly name: ServiceName;
  readonly operations: Readonly<Record<string, AnyOperation>>;
  /** By operation; enforced when the runtime throttles. Operations with the same quota share its bucket. */
  readonly requestQuotas?: Readonly<Record<string, RequestQuota>>;
  /** The service's error for a request beyond its quota. @default ThrottlingException */
  throttled?(): ServiceError;
  /** The service's AccessDenied error. */
  accessDenied(message: string): ServiceError;
  /**
   * The service's error for a request that violates its API model; undefined when the operation validates the
   * request itself. Only services in tests omit it.
   *
   * @param violations at least one, in the model's order
   */
  invalidInput?(violations: readonly Violation[], operation: string): ServiceError | undefined;
  /**
   * The service's error for a tag key with the prefix `aws:`. S3 validates its tags itself; services without
   * tags omit it.
   */
  systemTagRefused?(key: string): ServiceError;
  /**
   * Whether an invalid input is reported before a missing permission.
   *
   * @default false
   */
  readonly judgesFirst?: boolean;
  /**
   * The account that owns the resource which a request names, also if it is this one.
   *
   * @default the account in the first ARN of this service among the members of the request
   */
  ownerOf?(operation: string, input: object): NamedOwner | undefined;
  /**
   * Whether the service itself answers a name of an account or region that is not here.
   *
   * @default false: the call is refused before the service sees it
   */
  readonly judgesOwners?: boolean;
  /** The account that owns a resource, if its ARN does not say it; for an action that makes it, none does yet. */
  ownerOfResource?(arn: string, action?: string): NamedOwner | undefined;
  /** The resource-based policy of a resource of this service, if it has one. */
  resourcePolicy?(resourceArn: string): PolicyDocument | undefined;
  /** IAM: the identity-based policies of a role; the same array until they change. */
  identityPolicies?(roleArn: string): readonly PolicyDocument[] | undefined;
  /** IAM: the permissions boundary of a role, if it has one; the same document until it changes. */
  permissionsBoundary?(roleArn: string): PolicyDocument | undefined;
  /** STS: the session of credentials that it issued; else undefined. @throws when they have expired */
  session?(credentials: SessionCredentials): RolePrincipal | undefined;
  /** STS: the secret of an access key that it issued; undefined for any other. */
  sessionSecret?(accessKeyId: string): string | undefined;
  /** Answers a request for an address that this service serves itself; undefined for any other. */
  web?(request: WebRequest): Promise<WebResponse> | undefined;
  /** The hosts of sites that get a port of their own when the runtime starts. */
  sites?(): readonly string[];
  /** Called for every event that any service publishes. */
  onEvent?(event: ServiceEvent): void;
  onMetric?(datum: MetricDatum): void;
  onLogLine?(line: LogLine): void;
  /** The contents of the app's assets are about to change: prepares what makes that fast. */
  expectChange?(): void;
  /** Resumes what was in progress when the runtime ended. */
  start?(): void | Promise<void>;
  /** The runtime is about to end: starts nothing new, and leaves the records of what is in progress unchanged. */
  halt?(): void;
  /** Writes what is only in memory. Called after `halt`. */
  flush?(): void | Promise<void>;
  /** Ends processes and timers. Writes are ignored from here on; the next start resumes from the earlier ones. */
  stop?(): void | Promise<void>;
}

/** The credentials that a request is signed with. */
export interface SessionCredentials {
  readonly accessKeyId: string | undefined;
  readonly sessionToken: string | undefined;
}

/** An IAM policy as written: `Version`, `Statement`. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<
    Record<
      string,
      Readonly<Record<string, string | boolean | number | readonly (string | boolean | number)[]>>
    >
  >;
}
