import type { Effort } from '../effort.ts';
import type { InspectionStage, Visit } from '../flow/visit.ts';
import type { EventDetails, HistoryEventType } from '../history/event.ts';
import type { EpochMs, ExecutionIdentity, Host, HostTimer } from '../host.ts';
import { formatInstant } from '../instant.ts';
import type { Json, JsonObject } from '../json.ts';
import { jsonBytes } from '../json-size.ts';
import { MAXIMUM_PAYLOAD_BYTES, MAXIMUM_VARIABLES_BYTES } from '../limits.ts';
import type { State, StateGroup } from '../machine.ts';
import { JsonTooDeep } from '../parse-json.ts';
import { runtimeError, StatesError } from '../states-error.ts';
import { setLongTimer } from './long-timer.ts';
import type { FailureRecord, FrameRecord, JoinRecord, TaskRecord } from './record.ts';
import type { Variables } from './variables.ts';

/** The parts of the execution that a thread uses. */
export interface ExecutionPort {
  readonly host: Host;
  readonly identity: ExecutionIdentity;
  readonly startedAt: EpochMs;
  readonly input: Json;
  readonly inspect: ((stage: InspectionStage, value: Json) => void) | undefined;
  /** The context object to use instead of the execution's own. */
  readonly context: JsonObject | undefined;
  /** The steps since other work of the process last ran. */
  readonly effort: Effort;
  /** Appends an event and returns its id. */
  append(
    type: HistoryEventType,
    frame: number,
    previousEventId: number,
    details: EventDetails,
  ): number;
  /** Reserves numbers for new threads and returns the first. */
  reserveFrames(count: number): number;
  /** Queues a thread that can continue. */
  schedule(thread: Thread): void;
  /** Runs an action outside the loop (a timer, a report), with the same error handling as a state. */
  perform(thread: Thread, action: () => void): void;
  /** The thread has ended. */
  finished(thread: Thread, output: Json): void;
}

/** A state that runs other threads and is notified when one of them ends. */
export interface Join {
  childSucceeded(child: Thread, output: Json): void;
  childFailed(child: Thread, error: StatesError): void;
  /** The state itself has failed before all its threads were started. */
  interrupted(error: StatesError): void;
  /** Stops all child threads without events. */
  stop(): void;
}

/** A thread of states: that of the machine, of a branch, or of an iteration. */
export class Thread implements Visit {
  readonly execution: ExecutionPort;
  readonly frame: number;
  readonly group: StateGroup;
  readonly join: Join | undefined;
  readonly index: number;
  readonly variables: Variables;

  #state: State;
  #input: Json;
  #previousEventId: number;

  // The visit of the state; `moveTo` begins another one.
  #entered = false;
  #enteredEventId = 0;
  #enteredAt: EpochMs = 0;
  #entryPreviousEventId = 0;
  #retries: number[] | undefined;
  #retryCount = 0;
  #taskToken: string | undefined;
  #running: Join | undefined;
  #resumption: TaskRecord | JoinRecord | undefined;
  #failure: FailureRecord | undefined;
  #assigned: Readonly<Record<string, Json>> | undefined;
  #stopWork: (() => void) | undefined;

  // Where the thread stands in the loop of its execution.
  #ready = true;
  #closed = false;
  #queued = false;

  constructor(options: {
    readonly execution: ExecutionPort;
    readonly frame: number;
    readonly group: StateGroup;
    readonly join: Join | undefined;
    readonly index: number;
    readonly variables: Variables;
    readonly input: Json;
    readonly previousEventId: number;
  }) {
    this.execution = options.execution;
    this.frame = options.frame;
    this.group = options.group;
    this.join = options.join;
    this.index = options.index;
    this.variables = options.variables;
    this.#input = options.input;
    this.#previousEventId = options.previousEventId;
    this.#state = stateOf(options.group, options.group.startAt);
  }

  get state(): State {
    return this.#state;
  }

  get input(): Json {
    return this.#input;
  }

  /** The predecessor of the next event. */
  get previousEventId(): number {
    return this.#previousEventId;
  }

  /** False until the event that the state was entered is written. */
  get entered(): boolean {
    return this.#entered;
  }

  get enteredEventId(): number {
    return this.#enteredEventId;
  }

  get enteredAt(): EpochMs {
    return this.#enteredAt;
  }

  /** The number of retries of each Retrier during this visit; undefined if there were none. */
  get retries(): readonly number[] | undefined {
    return this.#retries;
  }

  get taskToken(): string | undefined {
    return this.#taskToken;
  }

  /** The branches or iterations that the state runs. */
  get running(): Join | undefined {
    return this.#running;
  }

  /** Whether the state can continue immediately. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Whether the thread has ended or was stopped: later callbacks have no effect. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Enters the queue of the execution; false if the thread is in it or has ended. */
  enqueue(): boolean {
    if (this.#queued || this.#closed) return false;
    this.#queued = true;
    return true;
  }

  dequeue(): void {
    this.#queued = false;
  }

  /** The next event follows this one. */
  continueAfter(eventId: number): void {
    this.#previousEventId = eventId;
  }

  /** The next event follows the predecessor of the state's entry, as AWS records an early EvaluationFailed. */
  continueBeforeEntry(): void {
    this.#previousEventId = this.#entryPreviousEventId;
  }

  /** The work of this visit that a crash interrupted, once. */
  takeResumption(): TaskRecord | JoinRecord | undefined {
    const resumption = this.#resumption;
    this.#resumption = undefined;
    return resumption;
  }

  /** An error that a crash left unhandled. */
  get failure(): FailureRecord | undefined {
    return this.#failure;
  }

  takeFailure(): FailureRecord | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  setTaskToken(token: string | undefined): void {
    this.#taskToken = token;
  }

  /** The state runs branches or iterations until `endJoin`. */
  startJoin(join: Join): void {
    this.#running = join;
    this.suspend(() => join.stop());
  }

  endJoin(): void {
    this.resume();
    this.#running = undefined;
  }

  /** Counts a retry by the Retrier at `index`, of `length` Retriers. */
  countRetry(index: number, length: number): void {
    const counts = this.#retries?.slice() ?? Array.from({ length }, () => 0);
    counts[index] = (counts[index] ?? 0) + 1;
    this.#retries = counts;
    this.#retryCount += 1;
  }

  /** The state continues when the loop comes to this thread. */
  wake(): void {
    this.resume();
    this.#ready = true;
  }

  /** Restores the thread from its record in the history. */
  restore(record: FrameRecord): void {
    this.moveTo(stateOf(this.group, record.stateName), record.input);
    this.#entered = record.entered;
    this.#enteredEventId = record.enteredEventId;
    this.#enteredAt = record.enteredAt;
    this.#entryPreviousEventId = record.entryPreviousEventId;
    this.#previousEventId = record.previousEventId;
    this.#retries = record.retries?.slice();
    this.#retryCount = (record.retries ?? []).reduce((sum, each) => sum + each, 0);
    this.#resumption = record.work;
    this.#failure = record.failure;
  }

  append(type: HistoryEventType, details: EventDetails): number {
    const id = this.execution.append(type, this.frame, this.#previousEventId, details);
    this.#previousEventId = id;
    return id;
  }

  /** Appends an event that does not become the predecessor of the next event, as some on AWS. */
  appendAside(type: HistoryEventType, details: EventDetails): number {
    return this.execution.append(type, this.frame, this.#previousEventId, details);
  }

  enter(): void {
    const state = this.#state;
    this.#entryPreviousEventId = this.#previousEventId;
    this.#enteredAt = this.execution.host.clock.now();
    this.#enteredEventId = this.append(enteredTypes[state.type], {
      name: state.name,
      document: this.#input,
    });
    this.#entered = true;
  }

  /** Leaves the state; its output is the input of the next state. */
  exit(output: Json, next: string | undefined): void {
    const state = this.#state;
    this.assertSize(output);
    const assigned = this.#assigned;
    if (assigned !== undefined) this.#assertVariables(assigned);
    this.#assigned = undefined;
    const type = exitedTypes[state.type];
    if (type !== undefined) {
      this.append(type, { name: state.name, document: output, assigned, next: next ?? null });
    }
    if (assigned !== undefined) this.variables.assign(assigned);
    if (next === undefined) {
      this.execution.finished(this, output);
    } else {
      this.moveTo(stateOf(this.group, next), output);
    }
  }

  moveTo(state: State, input: Json): void {
    this.#state = state;
    this.#input = input;
    this.#entered = false;
    this.#retries = undefined;
    this.#retryCount = 0;
    this.#taskToken = undefined;
    this.#running = undefined;
    this.#resumption = undefined;
    this.#failure = undefined;
    this.#ready = true;
  }

  /** Suspends the thread until a callback; `stop` ends the started work. */
  suspend(stop: () => void): void {
    this.#ready = false;
    this.#stopWork = stop;
  }

  /** Calls back once, unless the thread is stopped first. */
  startTimer(delayMs: number, callback: () => void): HostTimer {
    return setLongTimer(this.execution.host.clock, delayMs, () => {
      if (!this.#closed) this.execution.perform(this, callback);
    });
  }

  /** The work that the thread waited for has ended. */
  resume(): void {
    this.#stopWork = undefined;
  }

  /** Ends the thread and releases its variables. */
  close(): void {
    this.#closed = true;
    this.#ready = false;
    this.variables.release();
  }

  /** Ends the thread and its child threads without events. */
  stop(): void {
    if (this.#closed) return;
    this.close();
    this.#running?.stop();
    const stop = this.#stopWork;
    this.#stopWork = undefined;
    stop?.();
  }

  assertSize(document: Json, who = this.#state.name): void {
    if (exceedsPayload(document)) throw tooLarge(who);
  }

  /** AWS documents the limits of variables, but not their error messages. */
  #assertVariables(values: Readonly<Record<string, Json>>): void {
    if (exceedsPayload(values) || this.#exceedsVariables(values)) throw tooLarge(this.#state.name);
  }

  #exceedsVariables(values: Readonly<Record<string, Json>>): boolean {
    const mayExceed = this.variables.bytes + jsonBytes(values) > MAXIMUM_VARIABLES_BYTES;
    return mayExceed && this.variables.bytesWith(values) > MAXIMUM_VARIABLES_BYTES;
  }

  // The members below implement Visit, for evaluating fields.

  get effort(): Effort {
    return this.execution.effort;
  }

  variable(name: string): Json | undefined {
    return this.variables.lookup(name);
  }

  assign(values: Readonly<Record<string, Json>>): void {
    this.#assigned = values;
  }

  /** Discards the assignments of a failed attempt. */
  forgetAssigned(): void {
    this.#assigned = undefined;
  }

  now(): number {
    return this.execution.host.clock.now();
  }

  random(): number {
    return this.execution.host.random.next();
  }

  uuid(): string {
    return this.execution.host.random.uuid();
  }

  inspect(stage: InspectionStage, value: Json): void {
    this.execution.inspect?.(stage, value);
  }

  context(): JsonObject {
    const { context: given } = this.execution;
    if (given !== undefined) return given;
    return {
      ...contextOf(this.execution),
      State: {
        Name: this.#state.name,
        EnteredTime: formatInstant(this.#enteredAt),
        ...('retriers' in this.#state && { RetryCount: this.#retryCount }),
      },
      ...(this.#taskToken !== undefined && { Task: { Token: this.#taskToken } }),
    };
  }
}

/** A document that is nested too deeply has the error of AWS's parser; AWS documents no other. */
function exceedsPayload(document: Json): boolean {
  try {
    return jsonBytes(document, MAXIMUM_PAYLOAD_BYTES) > MAXIMUM_PAYLOAD_BYTES;
  } catch (error) {
    if (error instanceof JsonTooDeep) throw runtimeError(error.message);
    throw error;
  }
}

function tooLarge(who: string): StatesError {
  return new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${who}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    { kind: 'given', terminal: true },
  );
}

/** The part of the context object that all states of an execution share. */
function contextOf(execution: ExecutionPort): JsonObject {
  const { identity } = execution;
  return {
    Execution: {
      Id: identity.executionArn,
      Input: execution.input,
      StartTime: formatInstant(execution.startedAt),
      Name: identity.executionName,
      RoleArn: identity.roleArn,
      ...((identity.type !== 'EXPRESS' || identity.redriveCount !== undefined) && {
        RedriveCount: identity.redriveCount ?? 0,
      }),
      ...(identity.redriveTime !== undefined && {
        RedriveTime: formatInstant(identity.redriveTime),
      }),
    },
    StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
  };
}

export function stateOf(group: StateGroup, name: string): State {
  const state = group.states.get(name);
  if (state === undefined) {
    throw new TypeError(
      `The next state '${name}' does not exist; validate a definition before running it.`,
    );
  }
  return state;
}

const enteredTypes = {
  Pass: 'PassStateEntered',
  Task: 'TaskStateEntered',
  Choice: 'ChoiceStateEntered',
  Wait: 'WaitStateEntered',
  Succeed: 'SucceedStateEntered',
  Fail: 'FailStateEntered',
  Parallel: 'ParallelStateEntered',
  Map: 'MapStateEntered',
} as const;

/** The exited events by state type. A Fail state has none. */
const exitedTypes = {
  Pass: 'PassStateExited',
  Task: 'TaskStateExited',
  Choice: 'ChoiceStateExited',
  Wait: 'WaitStateExited',
  Succeed: 'SucceedStateExited',
  Fail: undefined,
  Parallel: 'ParallelStateExited',
  Map: 'MapStateExited',
} as const;
