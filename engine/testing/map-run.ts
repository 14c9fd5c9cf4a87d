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
  const outputs: Json[] = inputs.map(() => null);
  const children: Execution[] = [];
  let next = 0;
  let done = 0;
  let failures = 0;
  let over = false;
  const limit = request.maxConcurrency === 0 ? inputs.length : request.maxConcurrency;
  const stop = () => {
    over = true;
    for (const child of children) child.abort();
  };

  function start(): void {
    const index = next;
    next += 1;
    const input = inputs[index] ?? null;
    const host = support.hostFor(index, (result) => {
      if (over) return;
      done += 1;
      if (result.status === 'SUCCEEDED') outputs[index] = result.output;
      else failures += 1;
      settle();
    });
    const name = `${request.stateName}-${index}`;
    const child = new Execution({
      machine: request.machine,
      host,
      input,
      startedAt: host.clock.now(),
      identity: childIdentity(name, request.executionType),
    });
    children.push(child);
    child.begin();
  }

  function settle(): void {
    if (isExceeded(request, failures, inputs.length)) {
      over = true;
      reporter.failed({
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
      for (const child of children) child.abort();
    } else if (done === inputs.length) {
      over = true;
      reporter.succeeded(outputs);
    } else if (next < inputs.length) {
      start();
    }
  }

  if (inputs.length === 0) reporter.succeeded([]);
  const first = Math.min(limit, inputs.length);
  for (let count = 0; count < first; count += 1)
    if (!over && next < inputs.length && next - done < limit) start();
  return stop;
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
