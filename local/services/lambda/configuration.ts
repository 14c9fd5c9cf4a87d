import { createHash } from 'node:crypto';
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  ImageConfig,
  LastUpdateStatusReasonCode,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import type { Cloud } from '../../cloud/cloud.ts';
import { InvalidParameterValueException, UnsupportedFunction } from './errors.ts';
import { functionArn } from './function-name.ts';
import type { ImageProgress } from './images/function-containers.ts';
import { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS, ENVIRONMENT_BYTES } from './limits.ts';
import { type FunctionRecord, LATEST } from './store.ts';

/** The settings of a request as record members; settings that it omits do not change. */
export function settingsFrom(
  input: CreateFunctionRequest | UpdateFunctionConfigurationRequest,
  former?: FunctionRecord,
): Omit<
  FunctionRecord,
  | 'name'
  | 'version'
  | 'codeSha256'
  | 'codeSizeBytes'
  | 'modifiedAt'
  | 'revisionId'
  | 'architectures'
  | 'layers'
  | 'image'
> {
  return {
    runtime: input.Runtime ?? former?.runtime ?? '',
    handler: input.Handler ?? former?.handler ?? '',
    roleArn: input.Role ?? former?.roleArn ?? '',
    description: input.Description ?? former?.description ?? '',
    timeoutSeconds: input.Timeout ?? former?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    memoryMb: input.MemorySize ?? former?.memoryMb ?? DEFAULT_MEMORY_MB,
    ephemeralStorageMb: input.EphemeralStorage?.Size ?? former?.ephemeralStorageMb ?? 512,
    environment: input.Environment?.Variables ?? former?.environment ?? {},
    tracing: input.TracingConfig?.Mode ?? former?.tracing ?? 'PassThrough',
    deadLetter: input.DeadLetterConfig ?? former?.deadLetter,
    logging: input.LoggingConfig ?? former?.logging ?? {},
    ...imageConfigOf(input.ImageConfig ?? former?.imageConfig ?? {}),
  };
}

/** Empty members are as none: that is how a setting is taken away again. */
function imageConfigOf({ Command = [], EntryPoint = [], WorkingDirectory = '' }: ImageConfig): {
  readonly imageConfig?: ImageConfig;
} {
  const imageConfig: ImageConfig = {
    ...(Command.length > 0 && { Command }),
    ...(EntryPoint.length > 0 && { EntryPoint }),
    ...(WorkingDirectory !== '' && { WorkingDirectory }),
  };
  return Object.keys(imageConfig).length === 0 ? {} : { imageConfig };
}

/** @throws as AWS would refuse the settings, or by name what this runtime cannot run */
export function checkSettings(
  input: CreateFunctionRequest | UpdateFunctionConfigurationRequest,
): void {
  if (input.Runtime !== undefined && DEPRECATED_RUNTIMES.has(input.Runtime)) {
    throw new InvalidParameterValueException(
      `The runtime parameter of ${input.Runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (input.Runtime !== undefined && !/^(?:nodejs|python3|provided)/.test(input.Runtime)) {
    throw new UnsupportedFunction(`the runtime ${input.Runtime}`);
  }
  checkEnvironmentSize(input.Environment?.Variables);
  const reserved = Object.keys(input.Environment?.Variables ?? {}).filter((name) =>
    RESERVED_VARIABLES.has(name),
  );
  if (reserved.length > 0) {
    throw new InvalidParameterValueException(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
}

/** @throws InvalidParameterValueException */
function checkEnvironmentSize(variables: Readonly<Record<string, string>> | undefined): void {
  const measured = JSON.stringify(variables ?? {});
  if (Buffer.byteLength(measured) <= ENVIRONMENT_BYTES) return;
  throw new InvalidParameterValueException(
    `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
  );
}

/** Functions with these runtimes can neither be created nor updated. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const DEPRECATED_RUNTIMES: ReadonlySet<string> = new Set([
  'dotnetcore1.0',
  'dotnetcore2.0',
  'dotnetcore2.1',
  'dotnetcore3.1',
  'go1.x',
  'java8',
  'nodejs',
  'nodejs4.3',
  'nodejs4.3-edge',
  'nodejs6.10',
  'nodejs8.10',
  'nodejs10.x',
  'nodejs12.x',
  'nodejs14.x',
  'provided',
  'python2.7',
  'python3.6',
  'python3.7',
  'ruby2.5',
  'ruby2.7',
]);

const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** A version as the API returns it. */
export function configurationOf(cloud: Cloud, record: FunctionRecord): FunctionConfiguration {
  const qualifier = record.version === LATEST ? undefined : record.version;
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(cloud, record.name, qualifier),
    ...runtimeOf(cloud, record),
    Role: record.roleArn,
    ...(record.image === undefined && { Handler: record.handler }),
    CodeSize: record.codeSizeBytes,
    Description: record.description,
    Timeout: record.timeoutSeconds,
    MemorySize: record.memoryMb,
    LastModified: new Date(record.modifiedAt).toISOString().replace('Z', '+0000'),
    CodeSha256: record.codeSha256,
    Version: record.version,
    ...(Object.keys(record.environment).length > 0 && {
      Environment: { Variables: { ...record.environment } },
    }),
    ...(record.deadLetter !== undefined && { DeadLetterConfig: record.deadLetter }),
    ...(record.layers !== undefined &&
      record.layers.length > 0 && {
        Layers: record.layers.map(({ arn, codeSizeBytes }) => ({
          Arn: arn,
          CodeSize: codeSizeBytes,
        })),
      }),
    TracingConfig: { Mode: record.tracing },
    RevisionId: record.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: record.image === undefined ? 'Zip' : 'Image',
    ...(record.imageConfig !== undefined && {
      ImageConfigResponse: { ImageConfig: record.imageConfig },
    }),
    Architectures: [...record.architectures] as FunctionConfiguration['Architectures'],
    EphemeralStorage: { Size: record.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: {
      LogFormat: 'Text',
      LogGroup: `/aws/lambda/${record.name}`,
      ...record.logging,
    },
  };
}

/** A function of an image has no runtime: the image is one. */
function runtimeOf(cloud: Cloud, record: FunctionRecord): FunctionConfiguration {
  if (record.image !== undefined) return {};
  return {
    Runtime: record.runtime as FunctionConfiguration['Runtime'],
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(cloud, record) },
  };
}

/** The ARN of a runtime version, which AWS names by a digest. */
function runtimeVersionArn(cloud: Cloud, { runtime, architectures }: FunctionRecord): string {
  const digest = createHash('sha256').update(`${runtime} ${architectures.join()}`).digest('hex');
  return `arn:${cloud.partition}:lambda:${cloud.region}::runtime:${digest}`;
}

/** AWS gives this reason for creations and updates. */
const BEING_MADE = { reason: 'The function is being created.', code: 'Creating' } as const;

/**
 * A new function as CreateFunction returns it. It becomes active under another revision, here with the next
 * request.
 */
export function beingCreated(cloud: Cloud, record: FunctionRecord): FunctionConfiguration {
  const { LastUpdateStatus: _none, ...configuration } = configurationOf(cloud, record);
  return {
    ...configuration,
    RevisionId: cloud.random.uuid(),
    State: 'Pending',
    StateReason: BEING_MADE.reason,
    StateReasonCode: BEING_MADE.code,
  };
}

/** A function as the operation that updates it returns it. */
export function beingUpdated(cloud: Cloud, record: FunctionRecord): FunctionConfiguration {
  return {
    ...configurationOf(cloud, record),
    RevisionId: cloud.random.uuid(),
    LastUpdateStatus: 'InProgress',
    LastUpdateStatusReason: BEING_MADE.reason,
    // The API model does not list this recorded value.
    LastUpdateStatusReasonCode: BEING_MADE.code as LastUpdateStatusReasonCode,
  };
}

/**
 * A function whose image is being built, or cannot run: its creation or its update is under way, or has failed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function withImageProgress(
  configuration: FunctionConfiguration,
  progress: ImageProgress | undefined,
): FunctionConfiguration {
  if (progress === undefined) return configuration;
  const { failure, since } = progress;
  // AWS gives this code for an image that it cannot use: https://github.com/marchof/java-almanac/issues/310
  const { code, reason } =
    failure === undefined ? BEING_MADE : { code: 'InvalidImage' as const, reason: failure };
  if (since === 'created') {
    const { LastUpdateStatus: _none, ...created } = configuration;
    const State = failure === undefined ? 'Pending' : 'Failed';
    return { ...created, State, StateReason: reason, StateReasonCode: code };
  }
  return {
    ...configuration,
    LastUpdateStatus: failure === undefined ? 'InProgress' : 'Failed',
    LastUpdateStatusReason: reason,
    // The API model does not list the recorded value of an update that is under way.
    LastUpdateStatusReasonCode: code as LastUpdateStatusReasonCode,
  };
}

/** A function in a list, which has fewer members. Lists of versions have `$LATEST` in the ARN, too. */
export function listedConfigurationOf(
  cloud: Cloud,
  record: FunctionRecord,
  ofVersions: boolean,
): FunctionConfiguration {
  const {
    RuntimeVersionConfig: _version,
    State: _state,
    LastUpdateStatus: _status,
    ...listed
  } = configurationOf(cloud, record);
  return ofVersions
    ? { ...listed, FunctionArn: functionArn(cloud, record.name, record.version) }
    : listed;
}
