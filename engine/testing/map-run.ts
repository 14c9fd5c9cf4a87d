import { Execution } from '../execution/execution.ts';
import type { Host, ItemBatcher, MapItem, MapRunReporter, MapRunRequest } from '../host.ts';
import type { Json } from '../json.ts';
import { jsonBytes } from '../json-size.ts';
import type { StatesError } from '../states-error.ts';

/** A host for each child execution of a Map Run in a test, and a reader of its items. */
export interface MapRunSupport {
  /** @param ended called when the child has ended */
  readonly hostFor: (index: number, ended: Host['ended']) => Host;
  readonly readItems: (request: MapRunRequest) => readonly Json[];
  readonly mapRunArn: string;
}

/**
 * Runs a distributed Map in memory, with AWS's limits of concurrency and tolerated failures, and without a
 * result writer.
 */
export function runMap(
  request: MapRunRequest,
  reporter: MapRunReporter,
  support: MapRunSupport,
): () => void {
  reporter.started(support.mapRunArn);
  let inputs: readonly Json[];
  try {
    inputs = inputsOf(request, support);
  } catch (thrown) {
    const { error, causeText } = thrown as StatesError;
    reporter.failed({ error, cause: causeText });
    return () => {};
  }
  return runChildren(request, reporter, support, inputs);
}

function runChildren(
  request: MapRunRequest,
  reporter: MapRunReporter,
  support: MapRunSupport,
  inputs: readonly Json[],
): () => void {
  const children = new Children(request, reporter, support, inputs);
  children.begin();
  return () => children.stop();
}

/** The child executions of a Map Run, as many at a time as it allows. */
class Children {
  readonly #request: MapRunRequest;
  readonly #reporter: MapRunReporter;
  readonly #support: MapRunSupport;
  readonly #inputs: readonly Json[];
  readonly #outputs: Json[];
  readonly #children: Execution[] = [];
  #next = 0;
  #done = 0;
  #failures = 0;
  #isOver = false;

  constructor(
    request: MapRunRequest,
    reporter: MapRunReporter,
    support: MapRunSupport,
    inputs: readonly Json[],
  ) {
    this.#request = request;
    this.#reporter = reporter;
    this.#support = support;
    this.#inputs = inputs;
    this.#outputs = inputs.map(() => null);
  }

  begin(): void {
    const count = this.#inputs.length;
    if (count === 0) this.#reporter.succeeded([]);
    const { maxConcurrency } = this.#request;
    const limit = maxConcurrency === 0 ? count : maxConcurrency;
    for (let started = 0; started < Math.min(limit, count); started += 1) {
      if (!this.#isOver && this.#next < count && this.#next - this.#done < limit) this.#start();
    }
  }

  stop(): void {
    this.#isOver = true;
    for (const child of this.#children) child.abort();
  }

  #start(): void {
    const index = this.#next;
    this.#next += 1;
    const host = this.#support.hostFor(index, (result) => this.#ended(index, result));
    const { executionType, machine, stateName } = this.#request;
    const child = new Execution({
      machine,
      host,
      input: this.#inputs[index] ?? null,
      startedAt: host.clock.now(),
      identity: childIdentity(`${stateName}-${index}`, executionType),
    });
    this.#children.push(child);
    child.begin();
  }

  #ended(index: number, result: Parameters<Host['ended']>[0]): void {
    if (this.#isOver) return;
    this.#done += 1;
    if (result.status === 'SUCCEEDED') this.#outputs[index] = result.output;
    else this.#failures += 1;
    this.#settle();
  }

  #settle(): void {
    if (isExceeded(this.#request, this.#failures, this.#inputs.length)) {
      this.stop();
      this.#reporter.failed({
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
    } else if (this.#done === this.#inputs.length) {
      this.#reporter.succeeded(this.#outputs);
    } else if (this.#next < this.#inputs.length) {
      this.#start();
    }
  }
}

function childIdentity(name: string, type: 'STANDARD' | 'EXPRESS') {
  return {
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:machine/map:${name}`,
    executionName: name,
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine/map',
    stateMachineName: 'machine/map',
    roleArn: 'arn:aws:iam::000000000000:role/test',
    type,
  };
}

function isExceeded(request: MapRunRequest, failures: number, total: number): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = request;
  if (failures === 0) return false;
  if (count === undefined && percentage === undefined) return true;
  if (count !== undefined && failures > count) return true;
  return percentage !== undefined && (failures / total) * 100 > percentage;
}

function inputsOf(request: MapRunRequest, support: MapRunSupport): readonly Json[] {
  const { source, selectItem } = request;
  const values = source.kind === 'items' ? source.items : support.readItems(request);
  const keys = source.kind === 'items' ? source.keys : undefined;
  const items = values.map((value, index) => {
    const item: MapItem = { index, value, key: keys?.[index] };
    return selectItem === undefined ? value : selectItem(item);
  });
  return request.batcher === undefined ? items : batch(items, request.batcher);
}

function batch(items: readonly Json[], batcher: ItemBatcher): readonly Json[] {
  const batches: Json[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = batches.at(-1);
    const size = jsonBytes(item);
    const fits =
      last !== undefined &&
      last.length < (batcher.maxItemsPerBatch ?? Number.POSITIVE_INFINITY) &&
      bytes + size <= (batcher.maxInputBytesPerBatch ?? Number.POSITIVE_INFINITY);
    if (fits) last.push(item);
    else batches.push([item]);
    bytes = fits ? bytes + size : size;
  }
  return batches.map((each) => ({
    ...(batcher.batchInput !== undefined && { BatchInput: batcher.batchInput }),
    Items: each,
  }));
}
