import type { EpochMs } from '../../../host/clock.ts';
import type { Range, Store } from '../../../store/index.ts';

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** The number of executions or items of a map run in each state. */
export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable: number;
  readonly pendingRedrive: number;
}

export interface MapRunRecord {
  readonly arn: string;
  readonly executionArn: string;
  /** `…:stateMachine:<machine>/<label>`, the machine of its children. */
  readonly childMachineArn: string;
  readonly stateName: string;
  readonly status: MapRunStatus;
  readonly startDate: EpochMs;
  readonly stopDate: EpochMs | undefined;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
  readonly redriveCount: number;
  readonly redriveDate: EpochMs | undefined;
}

export const NO_COUNTS: MapRunCounts = {
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  total: 0,
  resultsWritten: 0,
  failuresNotRedrivable: 0,
  pendingRedrive: 0,
};

/** The map runs of executions. */
export interface MapRunStore {
  get(arn: string): MapRunRecord | undefined;
  put(run: MapRunRecord): void;
  /** In the order in which they began, newest last. */
  of(executionArn: string, range?: Range): Iterable<readonly [string, MapRunRecord]>;
  remove(run: MapRunRecord): void;
}

export function createMapRunStore(store: Store): MapRunStore {
  const runs = store.table<MapRunRecord>('stepfunctions.map-runs', {
    arn: 'string',
    executionArn: 'string',
    childMachineArn: 'string',
    stateName: 'string',
    status: 'string',
    startDate: 'number',
    maxConcurrency: 'number',
    toleratedFailurePercentage: 'number',
    toleratedFailureCount: 'number',
    itemCounts: 'object',
    executionCounts: 'object',
    redriveCount: 'number',
  });
  const listings = store.table<string>('stepfunctions.map-run-listings', 'string');
  const results = store.log('stepfunctions.map-results');
  return {
    get: (arn) => runs.get(arn),
    put(run) {
      if (!runs.has(run.arn)) listings.put(listingKey(run), run.arn);
      runs.put(run.arn, run);
    },
    *of(executionArn, range) {
      const prefix = `${executionArn}\n`;
      for (const [key, arn] of listings.entries({ ...range, prefix })) {
        const run = runs.get(arn);
        if (run !== undefined) yield [key, run];
      }
    },
    remove(run) {
      results.delete(run.arn);
      listings.delete(listingKey(run));
      runs.delete(run.arn);
    },
  };
}

function listingKey(run: MapRunRecord): string {
  return `${run.executionArn}\n${String(run.startDate).padStart(15, '0')}.${run.arn}`;
}
