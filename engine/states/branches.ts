import { handleError } from '../execution/handle-error.ts';
import { type Join, type JoinResumption, Thread } from '../execution/thread.ts';
import { Variables } from '../execution/variables.ts';
import type { HistoryEventType } from '../history/event.ts';
import type { MapItem } from '../host.ts';
import type { Json } from '../json.ts';
import type { StateGroup } from '../machine.ts';
import { givenError, type StatesError } from '../states-error.ts';

/** One of the lines of states that a Parallel or an inline Map runs. */
export interface Branch {
  readonly group: StateGroup;
  readonly input: () => Json;
  readonly mapItem: MapItem | undefined;
}

/** What tells a Map from a Parallel. */
export interface BranchesPlan {
  readonly count: number;
  readonly concurrency: number;
  readonly branch: (index: number) => Branch;
  /** A Map writes an event around every iteration. */
  readonly iterations: boolean;
  readonly succeededType: HistoryEventType;
  /** All outputs, in order: goes on with the state. */
  readonly finish: (outputs: readonly Json[]) => void;
}

/** The threads of a Parallel or an inline Map, up to their common end. */
export class Branches implements Join {
  readonly #thread: Thread;
  readonly #plan: BranchesPlan;
  readonly #firstFrame: number;
  readonly #outputs: Json[];
  readonly #running = new Map<number, Thread>();
  #startedEventId: number;
  #next = 0;
  #done = 0;
  #closed = false;

  constructor(thread: Thread, plan: BranchesPlan, startedEventId: number, firstFrame: number) {
    this.#thread = thread;
    this.#plan = plan;
    this.#startedEventId = startedEventId;
    this.#firstFrame = firstFrame;
    this.#outputs = Array.from({ length: plan.count }, () => null);
  }

  begin(): void {
    this.#thread.running = this;
    this.#thread.suspend(() => this.stop());
    const first = Math.min(this.#plan.count, this.#plan.concurrency);
    if (first === 0) return this.#finish();
    for (let count = 0; count < first; count += 1) this.#startNext(this.#startedEventId);
  }

  /** After a crash: the threads that had been started go on from where they were. */
  takeUp(resumption: JoinResumption): void {
    this.#thread.running = this;
    this.#thread.suspend(() => this.stop());
    for (const child of resumption.children) {
      this.#next = Math.max(this.#next, child.index + 1);
      if (child.thread === undefined) {
        this.#outputs[child.index] = child.output ?? null;
        this.#done += 1;
      } else {
        this.#running.set(child.index, child.thread);
        child.thread.execution.schedule(child.thread);
      }
    }
    if (this.#done === this.#plan.count) return this.#finish();
    while (this.#next < this.#plan.count && this.#running.size < this.#plan.concurrency) {
      this.#startNext(this.#thread.previousEventId);
    }
  }

  #startNext(previousEventId: number): void {
    const index = this.#next;
    this.#next += 1;
    const thread = this.#thread;
    const child = createChild(thread, this, this.#plan.branch(index), {
      index,
      frame: this.#firstFrame + index,
      previousEventId,
    });
    if (this.#plan.iterations) {
      child.append('MapIterationStarted', {
        name: thread.state.name,
        index,
        document: child.input,
      });
    }
    this.#running.set(index, child);
    thread.execution.schedule(child);
  }

  childSucceeded(child: Thread, output: Json): void {
    if (this.#closed) return;
    this.#running.delete(child.index);
    this.#outputs[child.index] = output;
    this.#done += 1;
    const last = child.previousEventId;
    if (this.#plan.iterations) {
      child.append('MapIterationSucceeded', { name: this.#thread.state.name, index: child.index });
    }
    this.#thread.previousEventId = child.previousEventId;
    if (this.#next < this.#plan.count) this.#startNext(last);
    else if (this.#done === this.#plan.count)
      this.#thread.execution.perform(this.#thread, () => this.#finish());
  }

  childFailed(child: Thread, error: StatesError): void {
    if (this.#closed) return;
    this.#closed = true;
    const thread = this.#thread;
    thread.previousEventId = child.previousEventId;
    this.#running.delete(child.index);
    this.#recordEnd(child, 'MapIterationFailed');
    if (child.state.type === 'Task') child.appendAside('TaskStateAborted', {});
    for (const other of [...this.#running.values()].sort((a, b) => a.index - b.index)) {
      this.#abortChild(other, child.previousEventId);
    }
    thread.resume();
    thread.running = undefined;
    thread.execution.perform(thread, () =>
      handleError(thread, givenError(error.error, error.causeText)),
    );
  }

  #recordEnd(child: Thread, type: 'MapIterationFailed' | 'MapIterationAborted'): void {
    if (!this.#plan.iterations) return;
    child.appendAside(type, { name: this.#thread.state.name, index: child.index });
  }

  #abortChild(child: Thread, previousEventId: number): void {
    child.stop();
    child.previousEventId = previousEventId;
    this.#recordEnd(child, 'MapIterationAborted');
    const type = child.entered ? abortedTypes[child.state.type] : undefined;
    if (type !== undefined) child.appendAside(type, {});
  }

  #finish(): void {
    this.#closed = true;
    const thread = this.#thread;
    thread.resume();
    thread.running = undefined;
    thread.appendAside(this.#plan.succeededType, { document: this.#outputs });
    this.#plan.finish(this.#outputs);
  }

  stop(): void {
    this.#closed = true;
    for (const child of this.#running.values()) child.stop();
    this.#running.clear();
  }
}

/** The thread of a branch, about to enter its first state. */
export function createChild(
  parent: Thread,
  join: Join,
  branch: Branch,
  place: { readonly index: number; readonly frame: number; readonly previousEventId: number },
): Thread {
  return new Thread({
    execution: parent.execution,
    group: branch.group,
    join,
    variables: new Variables(parent.variables),
    mapItem: branch.mapItem ?? parent.mapItem,
    input: branch.input(),
    ...place,
  });
}

/** States that are running when a sibling fails say so; the others have no such event. */
const abortedTypes: Readonly<Record<string, HistoryEventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Map: 'MapStateAborted',
  Parallel: 'ParallelStateAborted',
};
