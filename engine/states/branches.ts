import { handleError, isFinal } from '../execution/handle-error.ts';
import type { FrameRecord, JoinRecord } from '../execution/record.ts';
import { type Join, Thread } from '../execution/thread.ts';
import { Variables } from '../execution/variables.ts';
import type { HistoryEventType } from '../history/event.ts';
import type { Json } from '../json.ts';
import type { StateGroup } from '../machine.ts';
import { givenError, type StatesError } from '../states-error.ts';

/** A branch of a Parallel, or an iteration of an inline Map. */
export interface Branch {
  readonly group: StateGroup;
  readonly input: () => Json;
}

/** The differences between a Map and a Parallel. */
export interface BranchesPlan {
  readonly count: number;
  readonly concurrency: number;
  readonly branch: (index: number) => Branch;
  /** Whether events mark the start and end of every child, as in a Map. */
  readonly iterations: boolean;
  readonly succeededType: HistoryEventType;
  /** Called with all outputs, in order, to continue the state. */
  readonly finish: (outputs: readonly Json[]) => void;
}

/** The threads of a Parallel or an inline Map, until all have ended. */
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
    this.#thread.startJoin(this);
    const first = Math.min(this.#plan.count, this.#plan.concurrency);
    if (first === 0) return this.#finish();
    for (let count = 0; count < first; count += 1) this.#startNext(this.#startedEventId);
  }

  /** After a crash: continues the threads that were started, from their last events. */
  takeUp(record: JoinRecord): void {
    this.#thread.startJoin(this);
    const { iterations, count, concurrency } = this.#plan;
    // Branches have no event for their start: all of them were started.
    if (!iterations) this.#next = count;
    for (let index = 0; index < count; index += 1) {
      const child = record.children.get(index);
      if (child === undefined && iterations) continue;
      this.#next = Math.max(this.#next, index + 1);
      this.#restore(index, child);
    }
    if (record.failing !== undefined) return this.#resumeFailure(record, record.failing);
    this.#settleEnded(record);
    if (this.#closed) return;
    if (this.#done === count) return this.#finish();
    while (this.#next < count && this.#running.size < concurrency) {
      this.#startNext(record.lastEventId);
    }
  }

  #restore(index: number, record: FrameRecord | undefined): void {
    if (record?.ended !== undefined && (record.counted || !this.#plan.iterations)) {
      record.variables.release();
      this.#outputs[index] = record.ended.output;
      this.#done += 1;
      return;
    }
    const thread = this.#thread;
    const child = createChild(thread, this, this.#plan.branch(index), {
      index,
      frame: this.#firstFrame + index,
      previousEventId: this.#startedEventId,
      record,
    });
    if (record !== undefined) child.restore(record);
    this.#running.set(index, child);
    if (record?.ended === undefined) thread.execution.schedule(child);
  }

  /** Writes the missing events of iterations that had ended. */
  #settleEnded(record: JoinRecord): void {
    for (const [index, child] of record.children) {
      const thread = this.#running.get(index);
      if (child.ended === undefined || thread === undefined) continue;
      thread.close();
      this.childSucceeded(thread, child.ended.output);
    }
  }

  /** Continues after a crash during the abort of the siblings of a failed child. */
  #resumeFailure(record: JoinRecord, failing: NonNullable<JoinRecord['failing']>): void {
    const error = givenError(failing.error, failing.cause);
    const failed = this.#running.get(failing.index);
    if (failed === undefined) return handleError(this.#thread, error);
    failed.stop();
    this.childFailed(failed, error, record);
  }

  #startNext(previousEventId: number): void {
    const index = this.#next;
    this.#next += 1;
    const thread = this.#thread;
    const child = this.#prepare(index, previousEventId);
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

  /** Evaluates the input of an iteration; an error in it fails the Map. */
  #prepare(index: number, previousEventId: number): Thread {
    const thread = this.#thread;
    const frame = this.#firstFrame + index;
    try {
      return createChild(thread, this, this.#plan.branch(index), { index, frame, previousEventId });
    } catch (thrown) {
      thread.continueAfter(previousEventId);
      throw thrown;
    }
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
    this.#thread.continueAfter(child.previousEventId);
    const { execution } = this.#thread;
    if (this.#next < this.#plan.count) {
      execution.perform(this.#thread, () => this.#startNext(last));
    } else if (this.#done === this.#plan.count) {
      execution.perform(this.#thread, () => this.#finish());
    }
  }

  childFailed(child: Thread, error: StatesError, record?: JoinRecord): void {
    if (this.#closed) return;
    this.#closed = true;
    const thread = this.#thread;
    const previousEventId = record === undefined ? child.previousEventId : thread.previousEventId;
    thread.continueAfter(previousEventId);
    // AWS ends the failed child first, then its siblings; all events have the same predecessor.
    const others = [...this.#running.values()].filter((other) => other !== child);
    for (const each of [child, ...others.sort((a, b) => a.index - b.index)]) {
      each.stop();
      each.continueAfter(previousEventId);
      const end = { error, culprit: child.index, record: record?.children.get(each.index) };
      this.#recordEnd(each, end);
    }
    thread.endJoin();
    thread.execution.perform(thread, () =>
      handleError(thread, givenError(error.error, error.causeText)),
    );
  }

  interrupted(error: StatesError): void {
    this.#closed = true;
    const thread = this.#thread;
    for (const each of this.#running.values()) {
      each.stop();
      each.continueAfter(thread.previousEventId);
      this.#recordEnd(each, { error, culprit: this.#next - 1, record: undefined });
    }
    thread.endJoin();
  }

  #recordEnd(
    each: Thread,
    end: {
      readonly error: StatesError;
      readonly culprit: number;
      readonly record: FrameRecord | undefined;
    },
  ): void {
    // Measured on AWS: https://github.com/floci-io/floci/issues/3167
    if (isFinal(end.error)) return;
    const { culprit, record } = end;
    const isCulprit = each.index === culprit;
    // Not AWS's: a resumed execution continues from this.
    const cause = { error: end.error.error, cause: end.error.causeText, culprit };
    if (this.#plan.iterations && record?.iterationEnded !== true) {
      const type = isCulprit ? 'MapIterationFailed' : 'MapIterationAborted';
      each.appendAside(type, { ...cause, name: this.#thread.state.name, index: each.index });
    }
    const type = isCulprit ? culpritTypes[each.state.type] : abortedTypes[each.state.type];
    if (type !== undefined && each.entered && record?.stateAborted !== true) {
      each.appendAside(type, cause);
    }
  }

  #finish(): void {
    this.#closed = true;
    const thread = this.#thread;
    thread.endJoin();
    thread.appendAside(this.#plan.succeededType, { document: this.#outputs });
    this.#plan.finish(this.#outputs);
  }

  stop(): void {
    this.#closed = true;
    for (const child of this.#running.values()) child.stop();
    this.#running.clear();
  }
}

/** Creates the thread of a branch, before its first state. */
export function createChild(
  parent: Thread,
  join: Join,
  branch: Branch,
  place: {
    readonly index: number;
    readonly frame: number;
    readonly previousEventId: number;
    /** The record of the thread in the history, after a crash. */
    readonly record?: FrameRecord | undefined;
  },
): Thread {
  const { record, index, frame, previousEventId } = place;
  return new Thread({
    execution: parent.execution,
    group: branch.group,
    join,
    variables: record?.variables ?? new Variables(parent.variables),
    input: record?.input ?? branch.input(),
    index,
    frame,
    previousEventId,
  });
}

/** Resumes branches after a crash. */
export function resumeBranches(thread: Thread, plan: BranchesPlan, record: JoinRecord): void {
  new Branches(thread, plan, record.startedEventId, record.firstFrame).takeUp(record);
}

/** A failed task also gets an aborted event; other states have a failed event already. */
const culpritTypes: Readonly<Record<string, HistoryEventType>> = { Task: 'TaskStateAborted' };

/** The aborted events of states that run when a sibling fails; other states have no such event. */
const abortedTypes: Readonly<Record<string, HistoryEventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Map: 'MapStateAborted',
  Parallel: 'ParallelStateAborted',
};
