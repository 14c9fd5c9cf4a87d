import * as z from 'zod';
import { jobName, nextPageToken, pageQuery, projectName, time } from '../fields.ts';
import { defineRoute, forPolling } from '../route.ts';
import { anyGroup } from '../scopes.ts';

export const listJobLogs = defineRoute({
  id: 'listJobLogs',
  method: 'GET',
  path: '/projects/{project}/jobs/{job}/logs',
  summary: 'Gives the log of a SageMaker job of the project',
  scope: 'read',
  groups: anyGroup,
  request: {
    path: z.object({ project: projectName, job: jobName }),
    query: z.strictObject({
      pageSize: z.coerce.number().int().min(1).max(1_000).default(500),
      pageToken: pageQuery.pageToken,
    }),
  },
  answer: {
    status: 200,
    description: 'Lines in their order; none while the job has written none',
    body: z.object({
      lines: z.array(z.object({ at: time, text: z.string() })),
      nextPageToken,
    }),
  },
  problems: ['project-not-found', 'job-not-found'],
  throttle: forPolling,
  isPolled: true,
  example: {
    path: { project: 'abalone', job: 'abalone-train-5d1f3c0a' },
    answer: { lines: [{ at: '2026-11-29T19:31:00.000Z', text: '[49] validation-rmse:2.05' }] },
  },
});
