import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { Clients } from '../../operations/index.ts';
import { UserError } from '../terminal/user-error.ts';

/** Where commands find AWS: the runtime on this machine, or the real one. */
export interface ConnectionOptions {
  /** @default `AWS_ENDPOINT_URL`, else http://127.0.0.1:4566 */
  readonly endpoint?: string;
  /** Talk to AWS itself, with the usual credentials and region. @default false */
  readonly aws?: boolean;
  /** @default `AWS_REGION`, else us-east-1 */
  readonly region?: string;
  /** Of a role that was taken on, or of an account of the runtime. @default the usual ones */
  readonly credentials?: AwsCredentialIdentity;
}

/** The clients that commands use, all for one place. */
export interface Connection extends Clients {
  readonly isLocal: boolean;
  /** The region that the person named for a runtime, which has its own; undefined where none was. */
  readonly namedRegion: string | undefined;
  /** How often to look whether something has changed, in milliseconds. */
  readonly pollMs: number;
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:4566';
const LOCAL_POLL_MS = 150;
/** GetExecutionHistory refills 20 requests a second for a whole account. */
const AWS_POLL_MS = 2_000;

/** @throws UserError if the endpoint is not a URL */
export function connect(options: ConnectionOptions): Connection {
  const isLocal = options.aws !== true;
  const region = options.region ?? process.env['AWS_REGION'] ?? 'us-east-1';
  const { credentials } = options;
  const config = {
    region,
    ...(isLocal ? localConfig(options.endpoint) : {}),
    ...(credentials === undefined ? {} : { credentials }),
  };
  // A runtime on this machine has no name for each bucket; AWS's clients take its address from the environment.
  const forcePathStyle = isLocal || process.env['AWS_ENDPOINT_URL'] !== undefined;
  return {
    isLocal,
    namedRegion: isLocal ? options.region : undefined,
    pollMs: isLocal ? LOCAL_POLL_MS : AWS_POLL_MS,
    s3: new S3Client({ ...config, forcePathStyle }),
    states: new SFNClient(config),
    sagemaker: new SageMakerClient(config),
    sagemakerRuntime: new SageMakerRuntimeClient(config),
    lambda: new LambdaClient(config),
    ecs: new ECSClient(config),
    ssm: new SSMClient(config),
    logs: new CloudWatchLogsClient(config),
    cloudwatch: new CloudWatchClient(config),
  };
}

/** An access key of twelve digits names an account of the runtime. Any other key may be a real one, and is not sent. */
function localAccessKey(): string {
  const key = process.env['AWS_ACCESS_KEY_ID'] ?? '';
  return /^\d{12}$/.test(key) ? key : 'local';
}

function localConfig(endpoint: string | undefined) {
  const url = endpoint ?? process.env['AWS_ENDPOINT_URL'] ?? DEFAULT_ENDPOINT;
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new UserError(
      `The endpoint "${url}" is not a URL; nothing was done. Pass one such as ${DEFAULT_ENDPOINT} with --endpoint or AWS_ENDPOINT_URL.`,
    );
  }
  return {
    endpoint: url,
    credentials: { accessKeyId: localAccessKey(), secretAccessKey: 'local' },
    maxAttempts: 1,
  };
}
