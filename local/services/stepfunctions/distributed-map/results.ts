import { type Json, parseDocument } from '../../../../engine/index.ts';
import type { EpochMs } from '../../../host/clock.ts';
import type { Log, Store } from '../../../store/index.ts';
import type { ExecutionStatus } from '../stores/execution-store.ts';

/** The result of one child execution. */
export interface ChildResult {
  readonly index: number;
  readonly executionArn: string;
  readonly name: string;
  readonly itemCount: number;
  readonly status: Exclude<ExecutionStatus, 'RUNNING' | 'PENDING_REDRIVE'>;
  readonly startDate: EpochMs;
  readonly stopDate: EpochMs;
  readonly redriveCount: number;
  /** JSON. */
  readonly input: string;
  /** JSON; only of children that succeeded. */
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** The results of one map run, on disk: a map run has up to 100 million children. */
export interface MapResults {
  readonly length: number;
  add(result: ChildResult): void;
  has(index: number): boolean;
  /** In the order of the items. */
  inOrder(): Generator<ChildResult>;
  /** The outputs of the children that succeeded, in the order of the items. */
  outputs(): Generator<Json>;
  /** Removes the results of children that did not succeed, for a redrive. */
  keepSucceeded(): void;
  counts(): Readonly<Record<ChildResult['status'], ResultCount>>;
}

interface ResultCount {
  readonly executions: number;
  readonly items: number;
}

const NO_RESULTS: ResultCount = { executions: 0, items: 0 };

export function openMapResults(store: Store, mapRunArn: string): MapResults {
  const log = store.log<ChildResult>('stepfunctions.map-results');
  /** The position of each child's result in the log. */
  let places = new Map<number, number>();
  let counts = new Map<ChildResult['status'], ResultCount>();

  function note(result: ChildResult, place: number): void {
    places.set(result.index, place);
    const { executions, items } = counts.get(result.status) ?? NO_RESULTS;
    counts.set(result.status, {
      executions: executions + 1,
      items: items + result.itemCount,
    });
  }

  const read = createReader(log, mapRunArn);
  const length = log.length(mapRunArn);
  for (let place = 0; place < length; place += 1) {
    for (const result of read(place)) note(result, place);
  }

  const results: MapResults = {
    get length() {
      return places.size;
    },
    add: (result) => note(result, log.append(mapRunArn, result)),
    has: (index) => places.has(index),
    *inOrder() {
      const read = createReader(log, mapRunArn);
      const inOrder = [...places].sort(([a], [b]) => a - b);
      for (const [, place] of inOrder) yield* read(place);
    },
    *outputs() {
      for (const { output } of results.inOrder()) {
        if (output !== undefined) yield parseDocument(output);
      }
    },
    keepSucceeded() {
      const kept = [...results.inOrder()].filter(({ status }) => status === 'SUCCEEDED');
      log.delete(mapRunArn);
      places = new Map();
      counts = new Map();
      for (const result of kept) results.add(result);
    },
    counts: () => ({
      SUCCEEDED: counts.get('SUCCEEDED') ?? NO_RESULTS,
      FAILED: counts.get('FAILED') ?? NO_RESULTS,
      TIMED_OUT: counts.get('TIMED_OUT') ?? NO_RESULTS,
      ABORTED: counts.get('ABORTED') ?? NO_RESULTS,
    }),
  };
  return results;
}

/** Children end almost in order, so a cache of a few pages is enough to read each result once. */
const PAGE_RESULTS = 256;
const KEPT_PAGES = 16;

/** Reads the result at a position of the log, if there is one. */
function createReader(
  log: Log<ChildResult>,
  mapRunArn: string,
): (place: number) => readonly ChildResult[] {
  const pages = new Map<number, readonly ChildResult[]>();
  return (place) => {
    const from = place - (place % PAGE_RESULTS);
    let page = pages.get(from);
    if (page === undefined) {
      page = log.read(mapRunArn, { from, limit: PAGE_RESULTS });
      pages.set(from, page);
      const [oldest] = pages.keys();
      if (pages.size > KEPT_PAGES && oldest !== undefined) pages.delete(oldest);
    }
    return page.slice(place - from, place - from + 1);
  };
}
