import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Routes } from '../../../api/index.ts';
import { auditEntrySchema } from '../../../events/index.ts';
import { readPageToken, writePageToken } from '../page-token.ts';
import type { RouteFunction } from '../route-function.ts';

export const listAudit: RouteFunction<Routes['listAudit']> = async ({ path, query }, { api }) => {
  const { facts } = await api.project(path.project);
  const after = readPageToken(query.pageToken)?.['after'];
  const { Items = [], LastEvaluatedKey } = await api.clients.dynamodb.send(
    new QueryCommand({
      TableName: api.options.auditTable,
      KeyConditionExpression: '#project = :project',
      ExpressionAttributeNames: { '#project': 'project' },
      ExpressionAttributeValues: {
        ':project': { S: facts.project },
        ...(query.subject === undefined ? {} : { ':subject': { S: renderSubject(query.subject) } }),
      },
      ...(query.subject === undefined ? {} : { FilterExpression: 'contains(entry, :subject)' }),
      ScanIndexForward: false,
      Limit: query.pageSize,
      ...(after === undefined
        ? {}
        : { ExclusiveStartKey: { project: { S: facts.project }, auditId: { S: after } } }),
    }),
  );
  const last = LastEvaluatedKey?.['auditId']?.S;
  return {
    entries: Items.map(({ entry }) => auditEntrySchema.parse(JSON.parse(entry?.S ?? 'null'))),
    nextPageToken: writePageToken(last === undefined ? undefined : { after: last }),
  };
};

/** As it stands in the entry, which is JSON. */
function renderSubject(subject: string): string {
  return JSON.stringify({ subject }).slice(1, -1);
}
