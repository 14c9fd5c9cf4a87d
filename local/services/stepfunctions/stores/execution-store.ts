import type { HistoryEvent } from '../../../../engine/index.ts';
import type { EpochMs } from '../../../host/clock.ts';
import type { Log, LogPage, Range, Store, Table } from '../../../store/index.ts';
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
export class ExecutionStore {
  readonly #executions: Table<ExecutionRecord>;
  /** ARNs by owner and listing key. */
  readonly #listings: Table<string>;
  readonly #revisions: Table<Revision>;
  readonly #running: Table<true>;
  readonly #events: Log<HistoryEvent>;
  #sequence = 0;

  constructor(store: Store) {
    this.#executions = store.table('stepfunctions.executions', {
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
    this.#listings = store.table('stepfunctions.execution-listings', 'string');
    this.#revisions = store.table('stepfunctions.revisions', {
      definition: 'string',
      roleArn: 'string',
      loggingConfiguration: 'object',
      tracingEnabled: 'boolean',
      updateDate: 'number',
    });
    this.#running = store.table('stepfunctions.running', 'boolean');
    this.#events = store.log('stepfunctions.history');
    // The table of running ones is an index; the status of each record decides if a row of it is damaged.
    for (const [arn, { status }] of this.#executions.entries()) {
      if (status === 'RUNNING' && !this.#running.has(arn)) this.#running.put(arn, true);
    }
  }

  get(arn: string): ExecutionRecord | undefined {
    return this.#executions.get(arn);
  }

  put(execution: ExecutionRecord): void {
    const before = this.#executions.get(execution.arn);
    this.#executions.put(execution.arn, execution);
    if (before?.listKey !== execution.listKey) {
      for (const owner of ownersOf(execution)) {
        if (before !== undefined) this.#listings.delete(listingKey(owner, before));
        this.#listings.put(listingKey(owner, execution), execution.arn);
      }
    }
    if (execution.status === 'RUNNING') this.#running.put(execution.arn, true);
    else this.#running.delete(execution.arn);
  }

  remove(execution: ExecutionRecord): void {
    for (const owner of ownersOf(execution)) this.#listings.delete(listingKey(owner, execution));
    this.#events.delete(execution.arn);
    this.#running.delete(execution.arn);
    this.#executions.delete(execution.arn);
  }

  /** Newest first. @param owner a machine's, version's, alias's or map run's ARN */
  *newestOf(owner: string, range?: Range): Generator<readonly [string, ExecutionRecord]> {
    const prefix = `${owner}\n`;
    const after = range?.after === undefined ? {} : { after: `${prefix}${range.after}` };
    for (const [key, arn] of this.#listings.entries({ prefix, reverse: true, ...after })) {
      const execution = this.#executions.get(arn);
      if (execution !== undefined) yield [key.slice(prefix.length), execution];
    }
  }

  /** Every running execution. */
  running(): readonly ExecutionRecord[] {
    return [...this.#running.entries()].flatMap(([arn]) => {
      const execution = this.#executions.get(arn);
      return execution === undefined ? [] : [execution];
    });
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Every execution, sorted by ARN. */
  all(): Iterable<readonly [string, ExecutionRecord]> {
    return this.#executions.entries();
  }

  /** The next free position in the listings. */
  nextListKey(date: EpochMs): string {
    this.#sequence += 1;
    return `${String(date).padStart(15, '0')}.${String(this.#sequence).padStart(10, '0')}`;
  }

  append(arn: string, event: HistoryEvent): void {
    this.#events.append(arn, event);
  }

  history(arn: string, page?: LogPage): readonly HistoryEvent[] {
    return this.#events.read(arn, page);
  }

  historyLength(arn: string): number {
    return this.#events.length(arn);
  }

  revision(key: string): Revision | undefined {
    return this.#revisions.get(key);
  }

  putRevision(key: string, revision: Revision): void {
    if (!this.#revisions.has(key)) this.#revisions.put(key, revision);
  }

  /** Removes all other revisions. */
  keepRevisions(keys: ReadonlySet<string>): void {
    const old = Array.from(this.#revisions.entries(), ([key]) => key).filter(
      (key) => !keys.has(key),
    );
    for (const key of old) this.#revisions.delete(key);
  }
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
