import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { LastLines } from '../../jobs/index.ts';
import { TaskNotStarted } from './task-not-started.ts';

/** Where the output of a container goes. */
export interface ContainerLog {
  push(chunk: Buffer): void;
  end(): void;
}

/** More output of one container is dropped, and the last line says how much. */
const MAX_LOGGED_BYTES = 64 * 1024 * 1024;

/**
 * Opens the log stream of a container, as the awslogs driver does: `<prefix>/<container>/<task>`. Output without a log
 * configuration is dropped.
 *
 * @throws TaskNotStarted where the stream cannot be created
 */
export async function openLog(
  cloud: Cloud,
  { logConfiguration, name = '' }: ContainerDefinition,
  { principal, task }: { readonly principal: Principal; readonly task: string },
): Promise<ContainerLog> {
  if (logConfiguration === undefined) return { push() {}, end() {} };
  const { options = {} } = logConfiguration;
  const logGroup = options['awslogs-group'] ?? '';
  const prefix = options['awslogs-stream-prefix'];
  const logStream = prefix === undefined ? `${name}/${task}` : `${prefix}/${name}/${task}`;
  if (options['awslogs-create-group'] === 'true') {
    await create(cloud, principal, 'CreateLogGroup', { logGroupName: logGroup });
  }
  const stream = { logGroupName: logGroup, logStreamName: logStream };
  await create(cloud, principal, 'CreateLogStream', stream);
  return writeTo(cloud, logGroup, logStream);
}

/** The words are the agent's: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html */
async function create(
  cloud: Cloud,
  principal: Principal,
  operation: 'CreateLogGroup' | 'CreateLogStream',
  input: object,
): Promise<void> {
  try {
    await cloud.call(principal, 'logs', operation, input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'ResourceAlreadyExistsException') return;
    throw new TaskNotStarted(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${error.code}: ${error.message} : exit status 1`,
      { cause: error },
    );
  }
}

function writeTo(cloud: Cloud, logGroup: string, logStream: string): ContainerLog {
  let loggedBytes = 0;
  let dropped = 0;
  const write = (message: string) => cloud.writeLogLine({ logGroup, logStream, message });
  const lines = new LastLines(1, (line) => {
    loggedBytes += Buffer.byteLength(line);
    if (loggedBytes <= MAX_LOGGED_BYTES) write(line);
    else dropped += 1;
  });
  return {
    push: (chunk) => lines.push(chunk),
    end() {
      lines.end();
      if (dropped === 0) return;
      write(`stepmill: ${dropped} lines after the first ${MAX_LOGGED_BYTES} bytes were not kept.`);
    },
  };
}
