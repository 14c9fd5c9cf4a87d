import type { JoinRecord } from '../execution/record.ts';
import type { Thread } from '../execution/thread.ts';
import type { Field } from '../flow/field.ts';
import type {
  Failure,
  ItemBatcher,
  ItemSource,
  MapItem,
  MapRunReporter,
  MapRunRequest,
  ResultWriter,
} from '../host.ts';
import type { Json } from '../json.ts';
import type { ItemReader, MapState } from '../machine.ts';
import { givenError } from '../states-error.ts';
import { countOf, integerOf, percentageOf } from './map-numbers.ts';
import { VisitWithItem } from './visit-with-item.ts';

export interface DistributedWork {
  readonly input: Json;
  readonly list:
    | { readonly items: readonly Json[]; readonly keys?: readonly string[] | undefined }
    | undefined;
  readonly maxConcurrency: number;
  readonly resumption: JoinRecord | undefined;
}

/** Runs a distributed Map: the host runs each item as its own execution. */
export function runDistributed(thread: Thread, state: MapState, work: DistributedWork): void {
  const { resumption } = work;
  const startedEventId =
    resumption?.startedEventId ??
    thread.append('MapStateStarted', {
      length: work.list?.items.length ?? 0,
      retries: thread.retries,
    });
  const request = requestOf(thread, state, work, startedEventId);
  const run = new MapRun(thread, state, resumption?.mapRunArn !== undefined);
  thread.suspend(() => run.stop());
  run.begin(request);
}

function finish(thread: Thread, state: MapState, output: Json): void {
  thread.exit(state.flow.finish(thread, output), state.next);
}

/** Writes the host's reports of a Map Run as events. */
class MapRun implements MapRunReporter {
  readonly #thread: Thread;
  readonly #state: MapState;
  #started: boolean;
  #open = true;
  #abort: (() => void) | undefined;

  constructor(thread: Thread, state: MapState, started: boolean) {
    this.#thread = thread;
    this.#state = state;
    this.#started = started;
  }

  begin(request: MapRunRequest): void {
    const abort = this.#thread.execution.host.startMapRun(request, this);
    if (this.#open) this.#abort = abort;
  }

  stop(): void {
    this.#open = false;
    this.#abort?.();
  }

  #report(action: () => void): boolean {
    if (!this.#open || this.#thread.closed) return false;
    this.#thread.execution.perform(this.#thread, action);
    return true;
  }

  started(mapRunArn: string): boolean {
    return this.#report(() => {
      if (this.#started) return;
      this.#started = true;
      this.#thread.append('MapRunStarted', { mapRunArn });
    });
  }

  redriven(mapRunArn: string, redriveCount: number): boolean {
    return this.#report(() => {
      this.#started = true;
      this.#thread.append('MapRunRedriven', { mapRunArn, redriveCount });
    });
  }

  succeeded(output: Json): boolean {
    return this.#report(() => {
      const thread = this.#thread;
      this.#open = false;
      thread.resume();
      const succeeded = thread.appendAside('MapRunSucceeded', { document: output });
      thread.execution.append('MapStateSucceeded', thread.frame, succeeded, {});
      finish(thread, this.#state, output);
    });
  }

  failed(failure: Failure): boolean {
    return this.#report(() => {
      this.#open = false;
      this.#thread.resume();
      this.#thread.append('MapRunFailed', { error: failure.error, cause: failure.cause });
      throw givenError(failure.error, failure.cause);
    });
  }
}

function requestOf(
  thread: Thread,
  state: MapState,
  work: DistributedWork,
  startedEventId: number,
): MapRunRequest {
  const { input } = work;
  const toleratedFailureCount = countOf(thread, state.toleratedFailureCount, input);
  const toleratedFailurePercentage = percentageOf(thread, state.toleratedFailurePercentage, input);
  if (toleratedFailureCount !== undefined)
    thread.inspect('toleratedFailureCount', toleratedFailureCount);
  if (toleratedFailurePercentage !== undefined) {
    thread.inspect('toleratedFailurePercentage', toleratedFailurePercentage);
  }
  const { itemSelector } = state;
  return {
    stateName: state.name,
    label: state.label,
    executionType: state.executionType,
    machine: state.processor,
    source: sourceOf(thread, state, work),
    selectItem:
      itemSelector === undefined
        ? undefined
        : (item: MapItem) => {
            // The host asks for the items one by one, with its own work in between.
            thread.effort.renew();
            return itemSelector.evaluate(new VisitWithItem(thread, item), { input });
          },
    batcher: batcherOf(thread, state, input),
    resultWriter: writerOf(thread, state, input),
    maxConcurrency: work.maxConcurrency,
    toleratedFailureCount,
    toleratedFailurePercentage,
    startedEventId,
    resumed: work.resumption !== undefined,
    mapRunArn: work.resumption?.mapRunArn,
  };
}

function sourceOf(thread: Thread, state: MapState, work: DistributedWork): ItemSource {
  if (state.itemReader === undefined) {
    return { kind: 'items', items: work.list?.items ?? [], keys: work.list?.keys };
  }
  return readerOf(thread, state.itemReader, work.input);
}

function readerOf(thread: Thread, reader: ItemReader, input: Json): ItemSource {
  const value = (field: Field) => field.evaluate(thread, { input });
  return {
    kind: 'reader',
    resource: reader.resource,
    arguments: reader.arguments === undefined ? null : value(reader.arguments),
    readerConfig: Object.fromEntries(
      Object.entries(reader.readerConfig).map(([name, field]) => [
        name,
        name === 'MaxItems' ? integerOf(thread, field, input) : value(field),
      ]),
    ),
  };
}

function batcherOf(thread: Thread, state: MapState, input: Json): ItemBatcher | undefined {
  const batcher = state.itemBatcher;
  if (batcher === undefined) return undefined;
  return {
    maxItemsPerBatch: countOf(thread, batcher.maxItemsPerBatch, input),
    maxInputBytesPerBatch: countOf(thread, batcher.maxInputBytesPerBatch, input),
    batchInput: batcher.batchInput?.evaluate(thread, { input }),
  };
}

function writerOf(thread: Thread, state: MapState, input: Json): ResultWriter | undefined {
  const writer = state.resultWriter;
  if (writer === undefined) return undefined;
  return {
    resource: writer.resource,
    arguments: writer.arguments?.evaluate(thread, { input }),
    writerConfig: writer.writerConfig,
  };
}
