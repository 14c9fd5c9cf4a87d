import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import type { Cloud } from '../../cloud.ts';
import { InvalidParameterValueException, UnsupportedFunction } from './errors.ts';
import { functionArn } from './function-name.ts';
import { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS } from './limits.ts';
import { type FunctionRecord, LATEST } from './store.ts';

/** The settings a request makes, in the record's words; what it leaves out stays as it was. */
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
  };
}

/** @throws as AWS would refuse the settings, or by name what this runtime cannot run */
export function checkSettings(
  input: CreateFunctionRequest | UpdateFunctionConfigurationRequest,
): void {
  if (input.Runtime !== undefined && !/^(?:nodejs|python3|provided)/.test(input.Runtime)) {
    throw new UnsupportedFunction(`the runtime ${input.Runtime}`);
  }
  if ((input.Layers?.length ?? 0) > 0) throw new UnsupportedFunction('layers');
  const reserved = Object.keys(input.Environment?.Variables ?? {}).filter((name) =>
    RESERVED_VARIABLES.has(name),
  );
  if (reserved.length > 0) {
    throw new InvalidParameterValueException(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
}

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

/** A version as the API shows it. */
export function configurationOf(cloud: Cloud, record: FunctionRecord): FunctionConfiguration {
  const qualifier = record.version === LATEST ? undefined : record.version;
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(cloud, record.name, qualifier),
    Runtime: record.runtime as FunctionConfiguration['Runtime'],
    Role: record.roleArn,
    Handler: record.handler,
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
    TracingConfig: { Mode: record.tracing },
    RevisionId: record.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
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
