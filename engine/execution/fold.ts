import type { HistoryEvent } from '../history/event.ts';
import type { Machine, State, StateGroup } from '../machine.ts';
import type { FrameRecord, JoinRecord, TaskRecord } from './record.ts';
import { Variables } from './variables.ts';

/** The state of an execution, according to its history. */
export interface Folded {
  readonly root: FrameRecord;
  readonly started: HistoryEvent;
  /** The event that ended the execution; undefined while it is running. */
  readonly ended: HistoryEvent | undefined;
  readonly redriveCount: number;
  readonly nextEventId: number;
  readonly nextFrame: number;
}

/** Folds a history, which can be incomplete, into the state of the execution. */
export function foldHistory(machine: Machine, history: readonly HistoryEvent[]): Folded {
  const [started] = history;
  if (started?.type !== 'ExecutionStarted') {
    throw new TypeError(
      'The history does not start with ExecutionStarted, so the execution was not resumed',
    );
  }
  const root = createRecord(0, machine, 0, new Variables(undefined));
  root.input = started.details.document ?? null;
  const fold = new Fold(root);
  for (const event of history) fold.take(event);
  return { root, started, ...fold.end() };
}

function createRecord(
  frame: number,
  group: StateGroup,
  index: number,
  variables: Variables,
): FrameRecord {
  return {
    frame,
    group,
    index,
    variables,
    stateName: group.startAt,
    input: null,
    entered: false,
    enteredEventId: 0,
    enteredAt: 0,
    entryPreviousEventId: 0,
    previousEventId: 0,
    retries: undefined,
    work: undefined,
    failure: undefined,
    ended: undefined,
    counted: false,
    iterationEnded: false,
    stateAborted: false,
  };
}

/** Events that are never the predecessor of the next event on AWS. */
const aside =
  /^(?:MapStateSucceeded|ParallelStateSucceeded|MapRunSucceeded|MapIterationFailed|MapIterationAborted|\w+StateAborted)$/;

class Fold {
  readonly #frames = new Map<number, FrameRecord>();
  readonly #parents = new Map<number, FrameRecord>();
  /** The first frame number after the frames of a join. */
  readonly #ends = new Map<JoinRecord, number>();
  #ended: HistoryEvent | undefined;
  #redriveCount = 0;
  #lastEventId = 0;
  #nextFrame = 1;

  constructor(root: FrameRecord) {
    this.#frames.set(0, root);
  }

  end() {
    return {
      ended: this.#ended,
      redriveCount: this.#redriveCount,
      nextEventId: this.#lastEventId + 1,
      nextFrame: this.#nextFrame,
    };
  }

  take(event: HistoryEvent): void {
    this.#lastEventId = event.id;
    const { type } = event;
    if (type === 'ExecutionStarted') return;
    if (type === 'ExecutionRedriven') return this.#redriven(event);
    if (type.startsWith('Execution')) {
      this.#ended = event;
      return;
    }
    const record = this.#recordOf(event);
    if (!aside.test(type)) record.previousEventId = event.id;
    if (type.endsWith('StateEntered')) enter(record, event);
    else if (type.endsWith('StateExited')) exit(record, event);
    else this.#work(record, event);
  }

  /** The record of the thread of an event; the first event of a branch creates it. */
  #recordOf(event: HistoryEvent): FrameRecord {
    const known = this.#frames.get(event.frame);
    if (known !== undefined) return known;
    for (const parent of this.#frames.values()) {
      const join = parent.work?.kind === 'join' ? parent.work : undefined;
      const index = event.frame - (join?.firstFrame ?? Number.POSITIVE_INFINITY);
      const group = join === undefined ? undefined : groupOf(stateOf(parent), index);
      if (
        join !== undefined &&
        group !== undefined &&
        index >= 0 &&
        event.frame < (this.#ends.get(join) ?? 0)
      ) {
        return this.#createChild(parent, join, group, index);
      }
    }
    throw new TypeError(
      `Event ${event.id} belongs to an unknown branch, so the execution was not resumed`,
    );
  }

  #createChild(
    parent: FrameRecord,
    join: JoinRecord,
    group: StateGroup,
    index: number,
  ): FrameRecord {
    const frame = join.firstFrame + index;
    const child = createRecord(frame, group, index, new Variables(parent.variables));
    child.previousEventId = join.startedEventId;
    join.children.set(index, child);
    this.#frames.set(frame, child);
    this.#parents.set(frame, parent);
    return child;
  }

  #work(record: FrameRecord, event: HistoryEvent): void {
    const { type, details } = event;
    switch (type) {
      case 'TaskScheduled':
      case 'LambdaFunctionScheduled':
      case 'ActivityScheduled':
        record.work = taskRecord(event);
        return beginAttempt(record, event);
      case 'TaskStarted':
      case 'LambdaFunctionStarted':
      case 'ActivityStarted':
        if (record.work?.kind !== 'task') return;
        record.work.started = true;
        if (type === 'ActivityStarted') record.work.timedFrom = event.timestamp;
        return;
      case 'TaskSubmitted':
        if (record.work?.kind === 'task') {
          record.work.submitted = true;
          record.work.submittedOutput = details.document;
        }
        return;
      case 'TaskSucceeded':
      case 'LambdaFunctionSucceeded':
      case 'ActivitySucceeded':
        if (record.work?.kind === 'task') record.work.output = { value: details.document ?? null };
        return;
      case 'MapStateStarted':
      case 'ParallelStateStarted':
        return this.#startJoin(record, event);
      case 'MapStateSucceeded':
      case 'ParallelStateSucceeded':
        return succeedJoin(record, event);
      case 'MapRunStarted':
      case 'MapRunRedriven':
        if (record.work?.kind === 'join') record.work.mapRunArn = details.mapRunArn;
        return;
      case 'MapRunSucceeded':
        if (record.work?.kind === 'join') {
          record.work.output = { value: details.document ?? null };
          record.work.mapRunSucceededId = event.id;
        }
        return;
      case 'MapIterationStarted':
        record.input = details.document ?? null;
        return;
      case 'MapIterationSucceeded':
        return this.#count(record, event);
      case 'MapIterationFailed':
      case 'MapIterationAborted':
        record.iterationEnded = true;
        return this.#failJoin(record, event);
      case 'TaskStateAborted':
      case 'WaitStateAborted':
      case 'MapStateAborted':
      case 'ParallelStateAborted':
        record.stateAborted = true;
        return this.#failJoin(record, event);
      default:
        if (type === 'EvaluationFailed') record.retries = details.retries;
        record.failure = {
          error: details.error,
          cause: details.cause,
          at: event.timestamp,
          heartbeat: details.heartbeat,
          stateFailed: type === 'MapStateFailed' || type === 'ParallelStateFailed',
        };
    }
  }

  #startJoin(record: FrameRecord, event: HistoryEvent): void {
    const { details } = event;
    const state = stateOf(record);
    const count = state.type === 'Parallel' ? state.branches.length : (details.length ?? 0);
    const firstFrame = details.firstFrame ?? Number.POSITIVE_INFINITY;
    const join: JoinRecord = {
      kind: 'join',
      startedEventId: event.id,
      firstFrame,
      children: new Map(),
      mapRunArn: undefined,
      lastEventId: event.id,
      output: undefined,
      stateSucceeded: false,
      mapRunSucceededId: undefined,
      failing: undefined,
    };
    releaseBranches(record);
    record.work = join;
    beginAttempt(record, event);
    if (!Number.isFinite(firstFrame)) return;
    this.#ends.set(join, firstFrame + count);
    this.#nextFrame = Math.max(this.#nextFrame, firstFrame + count);
  }

  /** An iteration has succeeded: the event chain of the Map continues from there. */
  #count(record: FrameRecord, event: HistoryEvent): void {
    record.counted = true;
    const parent = this.#parents.get(record.frame);
    if (parent === undefined) return;
    parent.previousEventId = event.id;
    if (parent.work?.kind === 'join') parent.work.lastEventId = event.previousEventId;
  }

  #failJoin(record: FrameRecord, event: HistoryEvent): void {
    const parent = this.#parents.get(record.frame);
    if (parent?.work?.kind !== 'join') return;
    releaseBranches(parent);
    const { error, cause, culprit } = event.details;
    parent.work.failing ??= { index: culprit ?? record.index, error, cause };
    parent.previousEventId = event.previousEventId;
  }

  #redriven(event: HistoryEvent): void {
    this.#ended = undefined;
    this.#redriveCount = event.details.redriveCount ?? this.#redriveCount + 1;
    const root = this.#frames.get(0);
    if (root === undefined) return;
    forgetFailures(root);
    root.previousEventId = event.id;
  }
}

/** Resets failed states, with new retry counts; succeeded states stay. */
export function forgetFailures(record: FrameRecord): void {
  record.failure = undefined;
  record.retries = undefined;
  record.iterationEnded = false;
  record.stateAborted = false;
  if (record.work?.kind === 'task' && record.work.output === undefined) record.work = undefined;
  if (record.work?.kind !== 'join') return;
  record.work.failing = undefined;
  for (const child of record.work.children.values()) forgetFailures(child);
}

function stateOf(record: FrameRecord): State {
  const state = record.group.states.get(record.stateName);
  if (state === undefined) {
    throw new TypeError(
      `The history visits '${record.stateName}', which the machine does not have, so the execution was not resumed`,
    );
  }
  return state;
}

function groupOf(state: State, index: number): StateGroup | undefined {
  if (state.type === 'Parallel') return state.branches[index];
  return state.type === 'Map' ? state.processor : undefined;
}

/** Drops the variables of the branches when their state continues without them. */
function releaseBranches(record: FrameRecord): void {
  if (record.work?.kind !== 'join') return;
  for (const child of record.work.children.values()) {
    releaseBranches(child);
    child.variables.release();
  }
}

function enter(record: FrameRecord, event: HistoryEvent): void {
  record.stateName = event.details.name ?? '';
  record.input = event.details.document ?? null;
  record.entered = true;
  record.enteredEventId = event.id;
  record.enteredAt = event.timestamp;
  record.entryPreviousEventId = event.previousEventId;
  record.retries = undefined;
  record.work = undefined;
  record.failure = undefined;
}

function exit(record: FrameRecord, event: HistoryEvent): void {
  const { document, assigned, next } = event.details;
  if (assigned !== undefined) record.variables.assign(assigned);
  releaseBranches(record);
  record.entered = false;
  record.work = undefined;
  record.failure = undefined;
  record.retries = undefined;
  if (next === null || next === undefined) {
    record.ended = { output: document ?? null };
  } else {
    record.stateName = next;
    record.input = document ?? null;
  }
}

function beginAttempt(record: FrameRecord, event: HistoryEvent): void {
  record.failure = undefined;
  record.retries = event.details.retries;
}

function taskRecord(event: HistoryEvent): TaskRecord {
  return {
    kind: 'task',
    scheduledEventId: event.id,
    timedFrom: event.timestamp,
    taskToken: event.details.taskToken,
    started: false,
    submitted: false,
    submittedOutput: undefined,
    output: undefined,
  };
}

function succeedJoin(record: FrameRecord, event: HistoryEvent): void {
  if (record.work?.kind !== 'join') return;
  record.work.stateSucceeded = true;
  if (event.details.document !== undefined) record.work.output = { value: event.details.document };
}
