import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../../cloud/cloud.ts';
import {
  type ProcessEnvironment,
  processEnvironment,
  type ResponseAccess,
  type SessionVariables,
} from '../../../processes/index.ts';
import { layerVariables } from '../layers/layer-variables.ts';
import type { FunctionRecord } from '../store.ts';
import { bootstrapFolder } from './bootstrap-folder.ts';
import type { SandboxCommand } from './sandbox-process.ts';

/** The settings of a function's process, in a container or not, that are not in its record. */
export interface CommonSituation {
  readonly logGroup: string;
  readonly logStream: string;
  /** The session of the function's role. */
  readonly credentials: SessionVariables;
  /** The address of the Runtime API. */
  readonly runtimeApi: string;
  readonly initialization: Initialization;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export type Initialization = 'on-demand' | 'provisioned-concurrency';

/** Those of a process outside a container. */
export interface SandboxSituation extends CommonSituation {
  readonly codeFolder: string;
  /** The contents of the function's layers, which AWS has at `/opt`. */
  readonly layersFolder: string | undefined;
  /** For Python: where boto3 is, if the interpreter has none. */
  readonly sdkFolder?: string | undefined;
  /** The home folder of the process, which has its temporary files. */
  readonly home: string;
  readonly temporary: string;
  readonly responses: ResponseAccess;
}

/** The share of a function's memory for JavaScript objects. */
const HEAP_SHARE = 0.9;

/** The command of a function's process: its runtime, and AWS's environment variables. */
export function commandFor(
  cloud: Cloud,
  record: FunctionRecord,
  situation: SandboxSituation,
): SandboxCommand {
  const environment = environmentFor(cloud, record, situation);
  const folder = situation.codeFolder;
  if (record.runtime.startsWith('python')) {
    const args = ['-u', join(bootstrapFolder(), 'python.py')];
    return { command: 'python3', args, folder, environment };
  }
  if (record.runtime.startsWith('provided')) {
    return { command: bootstrapOf(situation), args: [], folder, environment };
  }
  const heapMb = Math.floor(record.memoryMb * HEAP_SHARE);
  const args = [`--max-old-space-size=${heapMb}`, join(bootstrapFolder(), 'node.mjs')];
  return { command: process.execPath, args, folder, environment };
}

/** The program of a custom runtime, which may be in a layer. @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html */
function bootstrapOf({ codeFolder, layersFolder }: SandboxSituation): string {
  const own = join(codeFolder, 'bootstrap');
  return layersFolder === undefined || existsSync(own) ? own : join(layersFolder, 'bootstrap');
}

function environmentFor(
  cloud: Cloud,
  record: FunctionRecord,
  situation: SandboxSituation,
): ProcessEnvironment {
  const own = {
    LANG: 'en_US.UTF-8',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    ...layerVariables(record, situation.layersFolder),
    ...lambdaVariables(cloud, record, situation),
    AWS_EXECUTION_ENV: `AWS_Lambda_${record.runtime}`,
    LAMBDA_TASK_ROOT: situation.codeFolder,
    LAMBDA_RUNTIME_DIR: bootstrapFolder(),
    _HANDLER: record.handler,
    ...(situation.sdkFolder !== undefined && { STEPMILL_PYTHON_SDK: situation.sdkFolder }),
  };
  const { region, endpoint } = cloud;
  const { credentials: session, home, responses, temporary } = situation;
  const aws = { region, endpoint, session };
  return processEnvironment({ home, temporary, own, aws, responses });
}

/**
 * The variables of every function. An image has its own runtime, so `_HANDLER` and `AWS_EXECUTION_ENV` are not among them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function lambdaVariables(
  cloud: Cloud,
  record: FunctionRecord,
  situation: CommonSituation,
): Readonly<Record<string, string>> {
  return {
    TZ: ':UTC',
    ...record.environment,
    AWS_LAMBDA_RUNTIME_API: situation.runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: record.name,
    AWS_LAMBDA_FUNCTION_VERSION: record.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: situation.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: situation.logStream,
    AWS_LAMBDA_LOG_FORMAT: record.logging.LogFormat ?? 'Text',
    ...(record.logging.ApplicationLogLevel !== undefined && {
      AWS_LAMBDA_LOG_LEVEL: record.logging.ApplicationLogLevel,
    }),
    AWS_LAMBDA_INITIALIZATION_TYPE: situation.initialization,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    // There is no X-Ray daemon; traces are sent to a port where nothing listens.
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  };
}
