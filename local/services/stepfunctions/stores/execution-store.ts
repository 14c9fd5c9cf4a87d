import type { HistoryEvent } from '../../../../engine/index.ts';
import type { EpochMs } from '../../../host/clock.ts';
import type { LogPage, Range, Store } from '../../../store/index.ts';
import type { Revision } from './machine-store.ts';

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** The client token of a redrive. */
export interface RedriveToken {
  readonly token: string;
  readonly redriveDate: EpochMs;
}

/** An execution without its documents: input and output are in its history. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  /** For a child of a map run: `…:stateMachine:<machine>/<label>`. */
  readonly machineArn: string;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly status: ExecutionStatus;
  readonly startDate: EpochMs;
  readonly stopDate: EpochMs | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly traceHeader: string | undefined;
  readonly mapRunArn: string | undefined;
  /** On a map run's child: the index of its item or batch. */
  readonly itemIndex: number | undefined;
  readonly itemCount: number | undefined;
  readonly redriveCount: number;
  readonly redriveDate: EpochMs | undefined;
  /** Latest first. */
  readonly redriveTokens?: readonly RedriveToken[];
  /** The key of the revision it runs. */
  readonly revisionKey: string;
  /**
   * Its position in the listings: by start or redrive while it runs, by its end afterwards.
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
   */
  readonly listKey: string;
}

/** Executions, their histories, and the revisions they run. */
export interface ExecutionStore {
  get(arn: string): ExecutionRecord | undefined;
  put(execution: ExecutionRecord): void;
  /** Removes an execution. */
  remove(execution: ExecutionRecord): void;
  /** Newest first. @param owner a machine's, version's, alias's or map run's ARN */
  newestOf(owner: string, range?: Range): Iterable<readonly [string, ExecutionRecord]>;
  /** Every running execution. */
  running(): readonly ExecutionRecord[];
  readonly runningCount: number;
  /** Every execution, sorted by ARN. */
  all(): Iterable<readonly [string, ExecutionRecord]>;
  /** The next free position in the listings. */
  nextListKey(date: EpochMs): string;

  append(arn: string, event: HistoryEvent): void;
  history(arn: string, page?: LogPage): readonly HistoryEvent[];
  historyLength(arn: string): number;

  revision(key: string): Revision | undefined;
  putRevision(key: string, revision: Revision): void;
  /** Removes all other revisions. */
  keepRevisions(keys: ReadonlySet<string>): void;
}

export function createExecutionStore(store: Store): ExecutionStore {
  const executions = store.table<ExecutionRecord>('stepfunctions.executions', {
    arn: 'string',
    name: 'string',
    machineArn: 'string',
    type: 'string',
    status: 'string',
    startDate: 'number',
    redriveCount: 'number',
    revisionKey: 'string',
    listKey: 'string',
  });
  const listings = store.table<string>('stepfunctions.execution-listings', 'string');
  const revisions = store.table<Revision>('stepfunctions.revisions', {
    definition: 'string',
    roleArn: 'string',
    loggingConfiguration: 'object',
    tracingEnabled: 'boolean',
    updateDate: 'number',
  });
  const running = store.table<true>('stepfunctions.running', 'boolean');
  const events = store.log<HistoryEvent>('stepfunctions.history');
  let sequence = 0;
  // The list is an index; the status of each record decides, in case a row of the index is damaged.
  for (const [arn, { status }] of executions.entries()) {
    if (status === 'RUNNING' && !running.has(arn)) running.put(arn, true);
  }

  return {
    get: (arn) => executions.get(arn),
    put(execution) {
      const before = executions.get(execution.arn);
      executions.put(execution.arn, execution);
      if (before?.listKey !== execution.listKey) {
        for (const owner of ownersOf(execution)) {
          if (before !== undefined) listings.delete(listingKey(owner, before));
          listings.put(listingKey(owner, execution), execution.arn);
        }
      }
      if (execution.status === 'RUNNING') running.put(execution.arn, true);
      else running.delete(execution.arn);
    },
    remove(execution) {
      for (const owner of ownersOf(execution)) listings.delete(listingKey(owner, execution));
      events.delete(execution.arn);
      running.delete(execution.arn);
      executions.delete(execution.arn);
    },
    *newestOf(owner, range) {
      const prefix = `${owner}\n`;
      const after = range?.after === undefined ? {} : { after: `${prefix}${range.after}` };
      for (const [key, arn] of listings.entries({ prefix, reverse: true, ...after })) {
        const execution = executions.get(arn);
        if (execution !== undefined) yield [key.slice(prefix.length), execution];
      }
    },
    running: () =>
      [...running.entries()].flatMap(([arn]) => {
        const execution = executions.get(arn);
        return execution === undefined ? [] : [execution];
      }),
    get runningCount() {
      return running.size;
    },
    all: () => executions.entries(),
    nextListKey(date) {
      sequence += 1;
      return `${String(date).padStart(15, '0')}.${String(sequence).padStart(10, '0')}`;
    },

    append(arn, event) {
      events.append(arn, event);
    },
    history: (arn, page) => events.read(arn, page),
    historyLength: (arn) => events.length(arn),

    revision: (key) => revisions.get(key),
    putRevision(key, revision) {
      if (!revisions.has(key)) revisions.put(key, revision);
    },
    keepRevisions(keys) {
      const old = Array.from(revisions.entries(), ([key]) => key).filter((key) => !keys.has(key));
      for (const key of old) revisions.delete(key);
    },
  };
}

/** The owners that an execution is listed by. A map run's children are listed only by the map run. */
function ownersOf(execution: ExecutionRecord): readonly string[] {
  if (execution.mapRunArn !== undefined) return [execution.mapRunArn];
  return [execution.machineArn, execution.versionArn, execution.aliasArn].filter(
    (owner) => owner !== undefined,
  );
}

function listingKey(owner: string, execution: ExecutionRecord): string {
  return `${owner}\n${execution.listKey}`;
}
