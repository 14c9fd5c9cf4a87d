import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { type AuditEntry, auditEntrySchema } from '../../events/index.ts';
import type { Api } from './api-state.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import type { Call } from './route-function.ts';

/** What is about to be changed. */
export type Change = Pick<
  AuditEntry,
  'project' | 'action' | 'subject' | 'before' | 'after' | 'reason'
>;

/**
 * Writes who changes what into the audit, then makes the change. An entry whose change fails is followed by
 * another one that says so.
 *
 * @returns what the change gives, and the id of the entry
 */
export async function audited<Result>(
  call: Call,
  change: Change,
  act: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly auditId: string }> {
  const auditId = await append(call, change);
  try {
    return { result: await act(), auditId };
  } catch (error) {
    const failure = `${auditId} did not happen: ${error instanceof Error ? error.name : 'error'}`;
    await append(call, { ...change, failure });
    throw error;
  }
}

async function append(
  { api, caller: { sub, name, client }, requestId }: Call,
  change: Change & Pick<AuditEntry, 'failure'>,
): Promise<string> {
  const { now, newId, auditFunction, clients } = api.options;
  const at = new Date(now()).toISOString();
  const entry: AuditEntry = {
    ...change,
    auditId: `${at}#${newId().slice(0, 8)}`,
    at,
    who: { sub, name, client },
    requestId,
  };
  const { FunctionError } = await clients.lambda.send(
    new InvokeCommand({ FunctionName: auditFunction, Payload: JSON.stringify(entry) }),
  );
  if (FunctionError === undefined) return entry.auditId;
  throw new Error(`The audit did not take the entry (${FunctionError}), so nothing was changed.`);
}

/** Which entries a person asks for. */
export interface AuditQuery {
  /** Only what is about this. */
  readonly subject?: string | undefined;
  readonly pageToken?: string | undefined;
  readonly pageSize: number;
}

/** A page of the entries about a project, or about deliveries; the newest first. */
export async function readAudit(
  { options: { auditTable }, clients }: Api,
  project: string,
  query: AuditQuery,
): Promise<AnswerOf<Routes['listAudit']>> {
  const after = readPageToken(query.pageToken)?.['after'];
  const { Items = [], LastEvaluatedKey } = await clients.dynamodb.send(
    new QueryCommand({
      TableName: auditTable,
      KeyConditionExpression: '#project = :project',
      ExpressionAttributeNames: { '#project': 'project' },
      ExpressionAttributeValues: {
        ':project': { S: project },
        ...(query.subject === undefined ? {} : { ':subject': { S: renderSubject(query.subject) } }),
      },
      ...(query.subject === undefined ? {} : { FilterExpression: 'contains(entry, :subject)' }),
      ScanIndexForward: false,
      Limit: query.pageSize,
      ...(after === undefined
        ? {}
        : { ExclusiveStartKey: { project: { S: project }, auditId: { S: after } } }),
    }),
  );
  const last = LastEvaluatedKey?.['auditId']?.S;
  return {
    entries: Items.map(({ entry }) => auditEntrySchema.parse(JSON.parse(entry?.S ?? 'null'))),
    nextPageToken: writePageToken(last === undefined ? undefined : { after: last }),
  };
}

/** As it stands in the entry, which is JSON. */
function renderSubject(subject: string): string {
  return JSON.stringify({ subject }).slice(1, -1);
}
