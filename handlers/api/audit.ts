import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { AuditEntry } from '../../events/index.ts';
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
