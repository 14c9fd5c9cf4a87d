import type { ExecutionIdentity, ExecutionResult, Json } from '../../../../engine/index.ts';
import { nameOfMachine } from '../arns.ts';
import type { ExecutionRecord, ExecutionStore } from '../stores/execution-store.ts';
import type { ExpressRecord } from '../stores/express-store.ts';
import type { MachineRecord, Revision } from '../stores/machine-store.ts';

/** A validated StartExecution or StartSyncExecution request. */
export interface StartRequest {
  readonly machine: MachineRecord;
  readonly revision: Revision;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  readonly name: string;
  readonly input: Json;
  readonly traceHeader: string | undefined;
}

/** The members of a record that exist before the execution runs. */
type StartedFields = Omit<
  ExecutionRecord,
  | 'status'
  | 'stopDate'
  | 'error'
  | 'cause'
  | 'redriveCount'
  | 'redriveDate'
  | 'redriveTokens'
  | 'listKey'
>;

/** Stores the record of an execution that starts now. */
export function putStarted(executions: ExecutionStore, fields: StartedFields): ExecutionRecord {
  const record: ExecutionRecord = {
    ...fields,
    status: 'RUNNING',
    stopDate: undefined,
    error: undefined,
    cause: undefined,
    redriveCount: 0,
    redriveDate: undefined,
    listKey: executions.nextListKey(fields.startDate),
  };
  executions.put(record);
  return record;
}

/** Stores the record of an execution that ended. */
export function putClosed(
  executions: ExecutionStore,
  record: ExecutionRecord,
  result: ExecutionResult,
  stopDate: number,
): ExecutionRecord {
  // AWS describes an execution that timed out without an error.
  const failure = result.status === 'FAILED' || result.status === 'ABORTED' ? result : undefined;
  const closed: ExecutionRecord = {
    ...record,
    status: result.status,
    stopDate,
    listKey: executions.nextListKey(stopDate),
    error: failure?.error,
    cause: failure?.cause,
  };
  executions.put(closed);
  return closed;
}

/** Stores the revision that an execution starts with: it runs this revision even if the machine is updated. */
export function keepRevision(
  executions: ExecutionStore,
  machine: MachineRecord,
  revision: Revision,
): string {
  const key = `${machine.arn}@${machine.creationDate}@${revision.revisionId ?? 'INITIAL'}`;
  executions.putRevision(key, revision);
  return key;
}

/** @throws Error if the revision is missing from a damaged state folder */
export function revisionOf(executions: ExecutionStore, record: ExecutionRecord): Revision {
  const revision = executions.revision(record.revisionKey);
  if (revision === undefined) throw new Error(lostRevision(record.arn));
  return revision;
}

export function lostRevision(arn: string): string {
  return `The definition that ${arn} runs is damaged.`;
}

/** How the engine identifies an execution. */
export function identityOf(
  record: ExecutionRecord | ExpressRecord,
  { roleArn }: Revision,
): ExecutionIdentity {
  return {
    executionArn: record.arn,
    executionName: record.name,
    stateMachineArn: record.machineArn,
    stateMachineName: nameOfMachine(record.machineArn),
    roleArn,
    stateMachineVersionArn: record.versionArn,
    stateMachineAliasArn: record.aliasArn,
    ...('redriveCount' in record
      ? { redriveCount: record.redriveCount, redriveTime: record.redriveDate }
      : {}),
  };
}
