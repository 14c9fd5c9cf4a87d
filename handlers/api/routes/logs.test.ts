import { describe, expect, it } from 'vitest';
import { apiBefore, awsError, problemOf } from '../api.testing.ts';

const world = {
  facts: {
    jobNamePrefixes: {
      processing: ['abalone-prepare-', 'abalone-evaluate-'],
      training: ['abalone-train-'],
      transform: ['abalone-score-'],
    },
  },
};
const path = { project: 'abalone', job: 'abalone-train-1' };

const failingLog = (name: string, query: Readonly<Record<string, string>> = {}) =>
  apiBefore(
    {
      FilterLogEvents: () => {
        throw awsError(name);
      },
    },
    world,
  ).call('listJobLogs', { path, query });

describe('the log of a job', () => {
  it('is read from the group of its kind, page by page', async () => {
    const api = apiBefore(
      {
        FilterLogEvents: () => ({
          events: [{ timestamp: 60_000, message: ' [49] rmse:2.05 \n' }, {}],
          nextToken: 'n',
        }),
      },
      world,
    );
    const { body } = await api.call('listJobLogs', { path, query: { pageSize: '2' } });
    expect(body).toEqual({
      lines: [
        { at: '1970-01-01T00:01:00.000Z', text: ' [49] rmse:2.05' },
        { at: '1970-01-01T00:00:00.000Z', text: '' },
      ],
      nextPageToken: expect.any(String),
    });
    const { nextPageToken: pageToken } = body as { readonly nextPageToken: string };
    const processing = { ...path, job: 'abalone-evaluate-1' };
    await api.call('listJobLogs', { path: processing, query: { pageToken } });
    await api.call('listJobLogs', { path: { ...path, job: 'abalone-score-1' } });
    expect(api.sent('FilterLogEvents')).toEqual([
      {
        logGroupName: '/aws/sagemaker/TrainingJobs',
        logStreamNamePrefix: 'abalone-train-1/',
        limit: 2,
        nextToken: undefined,
      },
      {
        logGroupName: '/aws/sagemaker/ProcessingJobs',
        logStreamNamePrefix: 'abalone-evaluate-1/',
        limit: 500,
        nextToken: 'n',
      },
      {
        // https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
        logGroupName: '/aws/sagemaker/TransformJobs',
        logStreamNamePrefix: 'abalone-score-1/',
        limit: 500,
        nextToken: undefined,
      },
    ]);
  });

  it('of another project is not there', async () => {
    const answer = await apiBefore({}, world).call('listJobLogs', {
      path: { ...path, job: 'titanic-train-1' },
    });
    expect(problemOf(answer)).toEqual({
      status: 404,
      kind: 'job-not-found',
      detail:
        'titanic-train-1 is not a job of abalone; names of its jobs begin with abalone-prepare-, abalone-evaluate-, abalone-train-, abalone-score-.',
    });
  });
  const pageToken = Buffer.from('{"logs":"old"}').toString('base64url');

  it('is empty while there is no group', async () => {
    expect((await failingLog('ResourceNotFoundException')).body).toEqual({ lines: [] });
  });

  it('refuses a page token that CloudWatch does not know, and no other error is explained so', async () => {
    const answer = await failingLog('InvalidParameterException', { pageToken });
    expect(problemOf(answer).errors).toEqual([
      { parameter: 'pageToken', detail: 'must be nextPageToken of an answer of this route' },
    ]);
    expect((await failingLog('InvalidParameterException')).status).toBe(500);
    expect((await failingLog('AccessDeniedException', { pageToken })).status).toBe(500);
  });
});
