import { describe, expect, it } from 'vitest';
import { apiBefore } from '../api.testing.ts';

const entry = {
  auditId: '2026-11-29T19:35:00.000Z#5d1f3c0a',
  project: 'abalone',
  at: '2026-11-29T19:35:00.000Z',
  who: { sub: 's', name: 'ada', client: 'c' },
  action: 'approveModel',
  subject: 'abalone:3',
  requestId: 'r',
};

const query = {
  TableName: 'audit',
  KeyConditionExpression: '#project = :project',
  ExpressionAttributeNames: { '#project': 'project' },
  ExpressionAttributeValues: { ':project': { S: 'abalone' } },
  ScanIndexForward: false,
  Limit: 20,
};

describe('the audit', () => {
  it('lists the entries of a project, the newest first, page by page', async () => {
    const api = apiBefore({
      Query: () => ({
        Items: [{ entry: { S: JSON.stringify(entry) } }],
        LastEvaluatedKey: { project: { S: 'abalone' }, auditId: { S: 'last' } },
      }),
    });
    const { body } = await api.call('listAudit');
    expect(body).toEqual({ entries: [entry], nextPageToken: expect.any(String) });
    const { nextPageToken: pageToken } = body as { readonly nextPageToken: string };
    await api.call('listAudit', { query: { pageToken, pageSize: '5' } });
    expect(api.sent('Query')).toEqual([
      query,
      {
        ...query,
        Limit: 5,
        ExclusiveStartKey: { project: { S: 'abalone' }, auditId: { S: 'last' } },
      },
    ]);
  });

  it('of one subject looks for it as it stands in the JSON of an entry', async () => {
    const api = apiBefore({ Query: () => ({}) });
    const { body } = await api.call('listAudit', { query: { subject: 'a "b"' } });
    expect(body).toEqual({ entries: [] });
    expect(api.sent('Query')).toEqual([
      {
        ...query,
        ExpressionAttributeValues: {
          ':project': { S: 'abalone' },
          ':subject': { S: String.raw`"subject":"a \"b\""` },
        },
        FilterExpression: 'contains(entry, :subject)',
      },
    ]);
  });

  it('with an entry of another form is an error', async () => {
    for (const Items of [[{}], [{ entry: { S: '{}' } }]]) {
      const { status } = await apiBefore({ Query: () => ({ Items }) }).call('listAudit');
      expect(status).toBe(500);
    }
  });

  it('notes who changed what', async () => {
    const api = apiBefore({
      DescribeExecution: () => ({ status: 'RUNNING' }),
      StopExecution: () => ({ stopDate: new Date(0) }),
    });
    const path = { project: 'abalone', workflow: 'training', execution: 'run' };
    await api.call('stopExecution', { path });
    const [invoked] = api.sent('Invoke') as { readonly Payload: string }[];
    expect(invoked).toMatchObject({ FunctionName: 'append' });
    expect(JSON.parse(invoked?.Payload ?? '')).toMatchObject({
      at: '2026-11-29T20:00:00.000Z',
      who: { sub: 's', name: 'ada', client: 'c' },
      requestId: 'r',
    });
  });
});
