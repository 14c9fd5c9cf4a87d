import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Routes } from '../../../api/index.ts';
import type { ProjectFacts } from '../../../events/index.ts';
import { badPageToken, readPageToken, writePageToken } from '../page-token.ts';
import { ProblemError } from '../problem-error.ts';
import type { RouteFunction } from '../route-function.ts';

export const listJobLogs: RouteFunction<Routes['listJobLogs']> = async (
  { path, query },
  { api },
) => {
  const { facts } = await api.project(path.project);
  const logGroupName = logGroupOf(facts, path.job);
  const nextToken = readPageToken(query.pageToken)?.['logs'];
  const { events = [], nextToken: next } = await api.clients.logs
    .send(
      new FilterLogEventsCommand({
        logGroupName,
        logStreamNamePrefix: `${path.job}/`,
        limit: query.pageSize,
        nextToken,
      }),
    )
    .catch((error: Error) => {
      // The group is made with the first line of the first job.
      if (error.name === 'ResourceNotFoundException') return { events: [], nextToken: undefined };
      if (nextToken !== undefined && error.name === 'InvalidParameterException')
        throw badPageToken();
      throw error;
    });
  return {
    lines: events.map(({ timestamp = 0, message = '' }) => ({
      at: new Date(timestamp).toISOString(),
      text: message.trimEnd(),
    })),
    nextPageToken: writePageToken(next === undefined ? undefined : { logs: next }),
  };
};

/** Jobs of the project only, by how their names begin. */
function logGroupOf({ jobNamePrefixes, project }: ProjectFacts, job: string): string {
  const isOf = (prefixes: readonly string[]) => prefixes.some((prefix) => job.startsWith(prefix));
  if (isOf(jobNamePrefixes.training)) return '/aws/sagemaker/TrainingJobs';
  if (isOf(jobNamePrefixes.processing)) return '/aws/sagemaker/ProcessingJobs';
  if (isOf(jobNamePrefixes.transform)) return '/aws/sagemaker/TransformJobs';
  const known = [jobNamePrefixes.processing, jobNamePrefixes.training, jobNamePrefixes.transform];
  throw new ProblemError(
    'job-not-found',
    `${job} is not a job of ${project}; names of its jobs begin with ${known.flat().join(', ')}.`,
  );
}
