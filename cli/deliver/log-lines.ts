import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand } from '@aws-sdk/client-codebuild';
import type { PipelineClients } from './pipeline-clients.ts';

const LOG_LINES = 15;

/** The last lines of a log stream, which is named by its ARN. */
export async function lastLines(
  { connection }: PipelineClients,
  arn: string,
): Promise<readonly string[]> {
  const [, logGroupName, logStreamName] = /:log-group:(.+):log-stream:(.+)$/.exec(arn) ?? [];
  if (logGroupName === undefined || logStreamName === undefined) return [];
  const { events = [] } = await connection.logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName, limit: LOG_LINES }),
  );
  return events.map(({ message = '' }) => message);
}

/** The last lines of a build that failed, which CodePipeline names at the end of what it says of a rule. */
export async function lastLinesOfBuild(
  clients: PipelineClients,
  summary: string,
): Promise<readonly string[]> {
  const [, id] = /\(([\w-]+:[0-9a-f-]{36})\)$/.exec(summary) ?? [];
  if (id === undefined) return [];
  const { builds = [] } = await clients.builds.send(new BatchGetBuildsCommand({ ids: [id] }));
  return lastLines(clients, builds[0]?.logs?.cloudWatchLogsArn ?? '');
}
