import { createHash } from 'node:crypto';
import {
  type Json,
  JsonTooDeep,
  jsonBytes,
  type MapRunReporter,
  type MapRunRequest,
  StatesError,
} from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { BrokenRecord } from '../../../store/index.ts';
import { mapRunArn } from '../arns.ts';
import type { Turns } from '../execution/turns.ts';
import { MAP_RUN_CONCURRENCY_LIMIT, PAYLOAD_BYTES } from '../limits.ts';
import {
  type MapRunCounts,
  type MapRunRecord,
  type MapRunStatus,
  type MapRunStore,
  NO_COUNTS,
} from '../stores/map-run-store.ts';
import { childInputs } from './batches.ts';
import { createBucket } from './bucket.ts';
import { ItemReaderFailure, ResultWriterFailure } from './failures.ts';
import { readItems } from './item-reader.ts';
import type { OpenMapRuns } from './open-map-runs.ts';
import { writeResults } from './result-writer.ts';
import { type ChildResult, type MapResults, openMapResults } from './results.ts';

/** The child execution that a map run starts. */
export interface ChildRequest {
  readonly mapRun: MapRunRecord;
  readonly request: MapRunRequest;
  readonly index: number;
  readonly name: string;
  readonly itemCount: number;
  readonly input: Json;
}

/** Runs the children of a map run. */
interface Children {
  /**
   * Starts a child, or resumes one that ran before. Returns a function that aborts it.
   *
   * @param ended called once
   */
  run(child: ChildRequest, ended: (result: ChildResult) => void): () => void;
}

export interface MapRunContext {
  readonly cloud: Cloud;
  readonly mapRuns: MapRunStore;
  readonly openMapRuns: OpenMapRuns;
  readonly turns: Turns;
  readonly children: Children;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly principal: () => Promise<Principal>;
}

/** A map run in progress. */
export interface RunningMapRun {
  /** Stops all children. */
  abort(): void;
  /** Applies a record that UpdateMapRun changed. */
  changed(): void;
}

/** Runs a distributed Map: reads the items, keeps the counts and writes the results. */
export function startMapRun(
  context: MapRunContext,
  request: MapRunRequest,
  reporter: MapRunReporter,
): RunningMapRun & { readonly arn: string } {
  const record = openRecord(context, request);
  const run = new MapRun(context, request, reporter, record);
  void run.start();
  return { arn: record.arn, abort: () => run.abort(), changed: () => run.changed() };
}

function openRecord(
  { cloud, executionArn, mapRuns, stateMachineArn }: MapRunContext,
  request: MapRunRequest,
): MapRunRecord {
  const existing = request.mapRunArn === undefined ? undefined : mapRuns.get(request.mapRunArn);
  if (existing !== undefined) return existing;
  const label = request.label ?? cloud.random.uuid();
  const record: MapRunRecord = {
    arn: mapRunArn(stateMachineArn, label, cloud.random.uuid()),
    executionArn,
    childMachineArn: `${stateMachineArn}/${label}`,
    stateName: request.stateName,
    status: 'RUNNING',
    startDate: cloud.clock.now(),
    stopDate: undefined,
    maxConcurrency: request.maxConcurrency,
    toleratedFailurePercentage: request.toleratedFailurePercentage ?? 0,
    toleratedFailureCount: request.toleratedFailureCount ?? 0,
    itemCounts: NO_COUNTS,
    executionCounts: NO_COUNTS,
    redriveCount: 0,
    redriveDate: undefined,
  };
  mapRuns.put(record);
  return record;
}

/** One map run, from reading the items to reporting the result. */
class MapRun {
  readonly #context: MapRunContext;
  readonly #request: MapRunRequest;
  readonly #reporter: MapRunReporter;
  readonly #results: MapResults;
  readonly #running = new Map<number, { readonly abort: () => void }>();
  #record: MapRunRecord;
  #started = { executions: 0, items: 0 };
  #runningItems = 0;
  #readAll = false;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(
    context: MapRunContext,
    request: MapRunRequest,
    reporter: MapRunReporter,
    record: MapRunRecord,
  ) {
    this.#context = context;
    this.#request = request;
    this.#reporter = reporter;
    this.#record = record;
    this.#results = openMapResults(context.cloud.store, record.arn);
  }

  async start(): Promise<void> {
    this.#announce();
    const { openMapRuns } = this.#context;
    await openMapRuns.enter();
    try {
      if (this.#stopped) return;
      await this.#runChildren();
      if (this.#stopped) return;
      await this.#finish();
    } catch (error) {
      if (!this.#stopped) this.#fail(failureOf(error));
    } finally {
      openMapRuns.leave();
    }
  }

  abort(): void {
    if (this.#stopped) return;
    this.#stopChildren();
    this.#close('ABORTED');
  }

  changed(): void {
    this.#record = this.#context.mapRuns.get(this.#record.arn) ?? this.#record;
    this.#wake?.();
  }

  #announce(): void {
    if (this.#record.status === 'RUNNING') {
      this.#reporter.started(this.#record.arn);
      return;
    }
    // The map run had ended: its execution is redriven.
    this.#results.keepSucceeded();
    const redriveCount = this.#record.redriveCount + 1;
    this.#save({
      status: 'RUNNING',
      stopDate: undefined,
      redriveCount,
      redriveDate: this.#context.cloud.clock.now(),
    });
    this.#reporter.redriven(this.#record.arn, redriveCount);
  }

  async #runChildren(): Promise<void> {
    const { batcher, selectItem, source } = this.#request;
    const bucket = createBucket(this.#context.cloud, this.#context.principal);
    const inputs = childInputs(readItems(source, bucket), selectItem, batcher);
    let index = 0;
    for await (const { input, itemCount } of inputs) {
      if (this.#stopped) return;
      assertPayload(input, this.#request.stateName);
      await this.#slot();
      await this.#context.turns.mine();
      if (this.#isOver()) break;
      this.#started = {
        executions: this.#started.executions + 1,
        items: this.#started.items + itemCount,
      };
      if (!this.#results.has(index)) this.#runChild(index, itemCount, input);
      index += 1;
    }
    this.#readAll = true;
    this.#count();
    while (this.#running.size > 0 && !this.#isOver()) await this.#change();
  }

  #runChild(index: number, itemCount: number, input: Json): void {
    const child: ChildRequest = {
      mapRun: this.#record,
      request: this.#request,
      index,
      name: childName(this.#record.arn, index),
      itemCount,
      input,
    };
    this.#running.set(index, { abort: () => {} });
    this.#runningItems += itemCount;
    const abort = this.#context.children.run(child, (result) => this.#childEnded(result));
    if (this.#running.has(index)) this.#running.set(index, { abort });
    this.#count();
  }

  #childEnded(result: ChildResult): void {
    if (!this.#running.delete(result.index)) return;
    this.#runningItems -= result.itemCount;
    this.#results.add(result);
    this.#count();
    this.#wake?.();
  }

  /** Waits until another child may run. */
  async #slot(): Promise<void> {
    while (this.#running.size >= this.#concurrency() && !this.#isOver()) await this.#change();
  }

  #concurrency(): number {
    const { maxConcurrency } = this.#record;
    return maxConcurrency === 0
      ? MAP_RUN_CONCURRENCY_LIMIT
      : Math.min(maxConcurrency, MAP_RUN_CONCURRENCY_LIMIT);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #isOver(): boolean {
    return this.#stopped || this.#exceeds();
  }

  /** Whether the tolerated failures are exceeded. */
  #exceeds(): boolean {
    const counts = this.#results.counts();
    const failed = counts.FAILED.items + counts.TIMED_OUT.items;
    if (failed === 0) return false;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.#record;
    if (count === 0 && percentage === 0) return true;
    if (count > 0 && failed > count) return true;
    // The percentage is known when all items are.
    return percentage > 0 && this.#readAll && (failed * 100) / this.#started.items > percentage;
  }

  async #finish(): Promise<void> {
    const exceeded = this.#exceeds();
    if (exceeded) this.#stopChildren();
    const bucket = createBucket(this.#context.cloud, this.#context.principal);
    const output = await writeResults(
      this.#request.resultWriter,
      {
        mapRunArn: this.#record.arn,
        childMachineArn: this.#record.childMachineArn,
        results: this.#results,
        pending: [],
      },
      bucket,
    );
    if (this.#stopped) return;
    if (exceeded) {
      this.#fail({
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
      return;
    }
    if (this.#request.resultWriter?.resource !== undefined) this.#countWritten();
    this.#close('SUCCEEDED');
    this.#reporter.succeeded(output);
  }

  #fail(failure: { readonly error: string; readonly cause: string }): void {
    this.#stopChildren();
    this.#close('FAILED');
    this.#reporter.failed(failure);
  }

  #stopChildren(): void {
    const running = Array.from(this.#running.values());
    for (const { abort } of running) abort();
  }

  #close(status: MapRunStatus): void {
    this.#stopped = true;
    this.#count();
    this.#save({ status, stopDate: this.#context.cloud.clock.now() });
    this.#wake?.();
  }

  #count(): void {
    this.#save({
      executionCounts: this.#countsOf('executions', this.#running.size),
      itemCounts: this.#countsOf('items', this.#runningItems),
    });
  }

  #countsOf(unit: 'executions' | 'items', running: number): MapRunCounts {
    const { ABORTED, FAILED, SUCCEEDED, TIMED_OUT } = this.#results.counts();
    return {
      ...NO_COUNTS,
      running,
      succeeded: SUCCEEDED[unit],
      failed: FAILED[unit],
      timedOut: TIMED_OUT[unit],
      aborted: ABORTED[unit],
      total: this.#started[unit],
    };
  }

  #countWritten(): void {
    const { executionCounts, itemCounts } = this.#record;
    this.#save({
      executionCounts: { ...executionCounts, resultsWritten: executionCounts.total },
      itemCounts: { ...itemCounts, resultsWritten: itemCounts.total },
    });
  }

  #save(change: Partial<MapRunRecord>): void {
    const stored = this.#context.mapRuns.get(this.#record.arn) ?? this.#record;
    this.#record = { ...stored, ...change };
    this.#context.mapRuns.put(this.#record);
  }
}

/** The name of a child, derived from its item, so that a resumed map run finds the child; it looks like AWS's UUIDs. */
function childName(arn: string, index: number): string {
  const hash = createHash('sha256').update(`${arn}#${index}`).digest('hex');
  return [8, 4, 4, 4, 12]
    .map((length, part, lengths) => {
      const from = lengths.slice(0, part).reduce((sum, before) => sum + before, 0);
      return hash.slice(from, from + length);
    })
    .join('-');
}

/** The input of a child has the size limit of every execution's input. */
function assertPayload(input: Json, stateName: string): void {
  if (jsonBytes(input) <= PAYLOAD_BYTES) return;
  throw new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

function failureOf(error: unknown): { readonly error: string; readonly cause: string } {
  if (error instanceof ItemReaderFailure) {
    return { error: 'States.ItemReaderFailed', cause: error.message };
  }
  if (error instanceof ResultWriterFailure) {
    return { error: 'States.ResultWriterFailed', cause: error.message };
  }
  if (error instanceof JsonTooDeep || error instanceof BrokenRecord) {
    return { error: 'States.Runtime', cause: error.message };
  }
  if (error instanceof StatesError) {
    return { error: error.error ?? 'States.Runtime', cause: error.causeText ?? '' };
  }
  throw error;
}
