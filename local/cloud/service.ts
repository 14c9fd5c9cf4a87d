import type { Violation } from './api-model/index.ts';
import type { Principal, RolePrincipal } from './principal.ts';
import type { ServiceError } from './service-error.ts';
import type { ServiceName } from './service-name.ts';

/** The account and region that a request is for, and how its resources are named there. */
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

/** One thing a caller must be allowed to do, in the words of the Service Authorization Reference. */
export interface Permission {
  /** For example `s3:PutObject`. */
  readonly action: string;
  /** The ARN, or `*` for actions that have no resource type. */
  readonly resource: string;
  /** Condition keys beyond the global ones, for example `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What an operation knows of the call beside its input. */
export interface Call {
  readonly principal: Principal;
  readonly requestId: string;
  /** The client's address, where the call came over HTTP. */
  readonly sourceIpAddress?: string;
  readonly userAgent?: string;
  /** AWS's tracing header, which says what the request is a part of. */
  readonly traceHeader?: string;
  /** Aborted when the client has gone; long polls and streams end then. */
  readonly signal?: AbortSignal;
  /**
   * Whether the caller may set tags that begin with `aws:`, as CloudFormation may.
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
   * Whether it changes nothing: its answer is given although the disk is full.
   *
   * @default false
   */
  readonly readOnly?: boolean;
  /**
   * `false` where the answer promises nothing that is kept: it is given without waiting for the disk.
   *
   * @default true
   */
  readonly durable?: boolean;
  /** What the caller must be allowed to do for this input; checked before `run`. */
  permissions(input: Input, account: Account): readonly Permission[];
  run(input: Input, call: Call): Output | Promise<Output>;
}

/** How often an account may ask for an operation. */
export interface RequestQuota {
  /** Requests that may come at once. */
  readonly bucket: number;
  /** How many more a second adds, up to the bucket's size. */
  readonly refillPerSecond: number;
}

/** An operation of any input; the gateway and `cloud.call` hand it what the wire or the caller gave. */
export type AnyOperation = Operation<object, unknown>;

/** What an AWS service puts on the default event bus by itself. */
export interface ServiceEvent {
  readonly source: `aws.${string}`;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** What an AWS service records in CloudWatch by itself. */
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
   * How far AWS's time is ahead of the writer's: a process lives on the wall's time, also while AWS's
   * goes faster. Added to the times of the metrics in the message. @default 0
   */
  readonly writerBehindMs?: number;
}

/** One AWS service: its operations, and what it does when things happen elsewhere. */
export interface Service {
  readonly name: ServiceName;
  readonly operations: Readonly<Record<string, AnyOperation>>;
  /** By operation; enforced where the runtime was asked to throttle. */
  readonly requestQuotas?: Readonly<Record<string, RequestQuota>>;
  /** AWS's refusal for lack of permission, in this service's error class. */
  accessDenied(message: string): ServiceError;
  /**
   * AWS's refusal of a request that breaks its API model, in this service's words; undefined where the
   * operation judges it itself. Every service of AWS has it, stand-ins in tests need not.
   *
   * @param violations at least one, in the model's order
   */
  invalidInput?(violations: readonly Violation[], operation: string): ServiceError | undefined;
  /**
   * AWS's refusal of a tag key that begins with `aws:`, in this service's error class. S3 judges its tags
   * itself; services without tags have none.
   */
  systemTagRefused?(key: string): ServiceError;
  /**
   * Whether what is wrong with a request is told before it is known whether its caller may make it.
   *
   * @default false
   */
  readonly judgesFirst?: boolean;
  /** The resource-based policy on an ARN of this service, if one is attached. */
  resourcePolicy?(resourceArn: string): PolicyDocument | undefined;
  /** IAM: the identity policies of a role; the same array as long as nothing changed. */
  identityPolicies?(roleArn: string): readonly PolicyDocument[] | undefined;
  /** STS: the session that credentials stand for, if it gave them out. @throws when they have expired */
  session?(credentials: SessionCredentials): RolePrincipal | undefined;
  /** Called for every event any service published. */
  onEvent?(event: ServiceEvent): void;
  onMetric?(datum: MetricDatum): void;
  onLogLine?(line: LogLine): void;
  /** Picks up what was under way when the runtime ended. */
  start?(): void | Promise<void>;
  /** The runtime is about to end: begins nothing more, and leaves what is under way as it is recorded. */
  halt?(): void;
  /** Writes what is in memory alone. Called after `halt`. */
  flush?(): void | Promise<void>;
  /** Ends processes and timers. What is written from now on is forgotten; the next start goes on from the rest. */
  stop?(): void | Promise<void>;
}

/** What a request is signed with. */
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
