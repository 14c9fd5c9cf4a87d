import { Effort } from '../effort.ts';
import type { InspectionStage } from '../flow/visit.ts';
import type { EventDetails, HistoryEvent, HistoryEventType } from '../history/event.ts';
import type { EpochMs, ExecutionIdentity, ExecutionResult, Host, HostTimer } from '../host.ts';
import type { Json, JsonObject } from '../json.ts';
import {
  MAXIMUM_EXPRESS_EVENTS,
  MAXIMUM_EXPRESS_SECONDS,
  MAXIMUM_HISTORY_EVENTS,
  MAXIMUM_STANDARD_SECONDS,
} from '../limits.ts';
import type { Machine } from '../machine.ts';
import { runState } from '../states/index.ts';
import { runtimeError, StatesError } from '../states-error.ts';
import { type Folded, forgetFailures } from './fold.ts';
import { handleError, ThreadFailure } from './handle-error.ts';
import { setLongTimer } from './long-timer.ts';
import { type ExecutionPort, Thread } from './thread.ts';
import { Variables } from './variables.ts';

/** A running machine. All its code runs in calls of the host: `run`, timers and reports. */
export class Execution implements ExecutionPort {
  readonly machine: Machine;
  readonly host: Host;
  readonly identity: ExecutionIdentity;
  readonly input: Json;
  readonly inspect: ((stage: InspectionStage, value: Json) => void) | undefined;
  readonly context: JsonObject | undefined;
  readonly effort = new Effort();
  readonly #variables: Readonly<Record<string, Json>>;
  startedAt: EpochMs;
  #result: ExecutionResult | undefined;
  #nextEventId = 1;
  #nextFrame = 1;
  #root: Thread | undefined;
  #timeout: HostTimer | undefined;
  #queue: Thread[] = [];
  /** The index of the current thread in the queue. */
  #turn = 0;
  #pumping = false;
  #paused = false;

  constructor(options: {
    readonly machine: Machine;
    readonly host: Host;
    readonly identity: ExecutionIdentity;
    readonly input: Json;
    readonly startedAt: EpochMs;
    readonly inspect?: ((stage: InspectionStage, value: Json) => void) | undefined;
    readonly context?: JsonObject | undefined;
    readonly variables?: Readonly<Record<string, Json>> | undefined;
  }) {
    this.machine = options.machine;
    this.host = options.host;
    this.identity = options.identity;
    this.input = options.input;
    this.startedAt = options.startedAt;
    this.inspect = options.inspect;
    this.context = options.context;
    this.#variables = options.variables ?? {};
  }

  get status(): 'RUNNING' | ExecutionResult['status'] {
    return this.#result?.status ?? 'RUNNING';
  }

  get result(): ExecutionResult | undefined {
    return this.#result;
  }

  /** Writes the first event and runs until the execution waits or ends. */
  begin(): void {
    const { identity } = this;
    this.append('ExecutionStarted', 0, 0, {
      document: this.input,
      roleArn: identity.roleArn,
      stateMachineVersionArn: identity.stateMachineVersionArn,
      stateMachineAliasArn: identity.stateMachineAliasArn,
    });
    this.go(this.createRoot());
  }

  /** Continues at the end of a history; completed work is not repeated. */
  resume(folded: Folded): void {
    this.#nextEventId = folded.nextEventId;
    this.#nextFrame = folded.nextFrame;
    if (folded.ended !== undefined) return this.#end(resultOf(folded.ended));
    const root = this.createRoot(folded.root.variables);
    root.restore(folded.root);
    this.#root = root;
    if (folded.root.ended !== undefined) return this.finished(root, folded.root.ended.output);
    this.go(root);
  }

  /** Redrives an execution that ended without success: the failed states run again. */
  redrive(folded: Folded, redriveCount: number): void {
    this.#nextEventId = folded.nextEventId;
    this.#nextFrame = folded.nextFrame;
    this.startedAt = this.host.clock.now();
    const id = this.append('ExecutionRedriven', 0, folded.ended?.id ?? 0, { redriveCount });
    const root = this.createRoot(folded.root.variables);
    forgetFailures(folded.root);
    root.restore(folded.root);
    root.continueAfter(id);
    this.go(root);
  }

  #initialVariables(): Variables {
    const variables = new Variables(undefined);
    variables.assign(this.#variables);
    return variables;
  }

  createRoot(variables = this.#initialVariables()): Thread {
    return new Thread({
      execution: this,
      frame: 0,
      group: this.machine,
      join: undefined,
      index: 0,
      variables,
      input: this.input,
      // The first state's entry has no predecessor on AWS.
      previousEventId: 0,
    });
  }

  /** Runs this thread; the machine's timeout counts from the start of the execution. */
  go(root: Thread): void {
    this.#root = root;
    const isExpress = this.identity.type === 'EXPRESS';
    const longest = isExpress ? MAXIMUM_EXPRESS_SECONDS : MAXIMUM_STANDARD_SECONDS;
    const { timeoutSeconds } = this.machine;
    if (timeoutSeconds !== undefined) this.#limitTime(Math.min(timeoutSeconds, longest));
    this.schedule(root);
    this.#pump();
    // Most executions never wait, so they need no timer.
    if (this.#timeout === undefined && this.#result === undefined) this.#limitTime(longest);
  }

  #limitTime(seconds: number): void {
    const left = this.startedAt + seconds * 1000 - this.host.clock.now();
    this.#timeout = setLongTimer(this.host.clock, Math.max(0, left), () => this.#timedOut());
  }

  append(
    type: HistoryEventType,
    frame: number,
    previousEventId: number,
    details: EventDetails,
  ): number {
    const id = this.#nextEventId;
    if (id >= MAXIMUM_HISTORY_EVENTS && !type.startsWith('Execution')) this.#assertRoom(id);
    this.#nextEventId = id + 1;
    const event: HistoryEvent = {
      id,
      previousEventId,
      timestamp: this.host.clock.now(),
      type,
      frame,
      details,
    };
    this.host.append(event);
    return id;
  }

  #assertRoom(id: number): void {
    if (this.identity.type !== 'EXPRESS') throw new HistoryFull();
    if (id >= MAXIMUM_EXPRESS_EVENTS) throw new OutOfTime();
  }

  reserveFrames(count: number): number {
    const first = this.#nextFrame;
    this.#nextFrame += count;
    return first;
  }

  schedule(thread: Thread): void {
    if (thread.enqueue()) this.#queue.push(thread);
  }

  perform(thread: Thread, action: () => void): void {
    if (this.#result !== undefined) return;
    this.#guard(thread, action);
    if (thread.ready) this.schedule(thread);
    this.#pump();
  }

  finished(thread: Thread, output: Json): void {
    thread.close();
    if (thread.join !== undefined) return thread.join.childSucceeded(thread, output);
    this.append('ExecutionSucceeded', 0, thread.previousEventId, { document: output });
    this.#end({ status: 'SUCCEEDED', output });
  }

  /** Stops the execution, as `StopExecution` does. */
  abort(error?: string, cause?: string): void {
    if (this.#result !== undefined) return;
    this.#root?.stop();
    this.append('ExecutionAborted', 0, 0, { error, cause });
    this.#end({ status: 'ABORTED', error, cause });
  }

  /** Runs the threads that can continue, one after the other, until all wait or the host pauses. */
  #pump(): void {
    if (this.#pumping || this.#paused) return;
    this.#pumping = true;
    try {
      for (; this.#turn < this.#queue.length && !this.#paused; this.#turn += 1)
        this.#drive(this.#queue[this.#turn]);
    } finally {
      if (this.#paused) this.#turn -= 1;
      else {
        this.#queue = [];
        this.#turn = 0;
      }
      this.#pumping = false;
    }
  }

  /** Whether the host pauses the execution; the current thread continues after the pause. */
  #pauses(): boolean {
    this.#paused = this.host.pause?.(this.#continue) === true;
    return this.#paused;
  }

  readonly #continue = (): void => {
    this.#paused = false;
    this.#pump();
  };

  #drive(thread: Thread | undefined): void {
    if (thread === undefined) return;
    thread.dequeue();
    while (thread.ready && !thread.closed && this.#result === undefined) {
      if (this.#pauses()) {
        thread.enqueue();
        return;
      }
      this.#guard(thread, () => {
        if (!thread.entered) thread.enter();
        const { failure } = thread;
        if (failure !== undefined) {
          thread.takeResumption();
          const { heartbeat } = failure;
          throw new StatesError(failure.error, failure.cause, { kind: 'given', heartbeat });
        }
        runState(thread);
      });
    }
  }

  /** Runs an action of a thread; an exception becomes the thread's error, or ends the execution. */
  #guard(thread: Thread, action: () => void): void {
    this.effort.renew();
    try {
      try {
        action();
      } catch (thrown) {
        this.effort.spare();
        handleError(thread, statesErrorOf(thrown));
      }
    } catch (thrown) {
      this.#escaped(thrown);
    }
  }

  #escaped(thrown: unknown): void {
    if (this.#result !== undefined) return;
    if (thrown instanceof ThreadFailure) return this.#fail(thrown.error);
    if (thrown instanceof HistoryFull) {
      this.#root?.stop();
      return this.#fail(
        new StatesError('States.Runtime', historyFullCause, { kind: 'given' }),
        MAXIMUM_HISTORY_EVENTS - 1,
      );
    }
    if (thrown instanceof OutOfTime) return this.#timedOut();
    if (thrown instanceof StatesError) return this.#fail(thrown);
    throw thrown;
  }

  #fail(error: StatesError, previousEventId = this.#root?.previousEventId ?? 0): void {
    this.append('ExecutionFailed', 0, previousEventId, {
      error: error.error,
      cause: error.causeText,
    });
    this.#end({ status: 'FAILED', error: error.error, cause: error.causeText });
  }

  #timedOut(): void {
    if (this.#result !== undefined) return;
    this.#root?.stop();
    this.append('ExecutionTimedOut', 0, 0, { error: 'States.Timeout' });
    this.#end({ status: 'TIMED_OUT', error: 'States.Timeout', cause: undefined });
  }

  #end(result: ExecutionResult): void {
    this.#result = result;
    this.#timeout?.cancel();
    this.host.ended(result);
  }
}

function resultOf(event: HistoryEvent): ExecutionResult {
  const { document = null, error, cause } = event.details;
  switch (event.type) {
    case 'ExecutionSucceeded':
      return { status: 'SUCCEEDED', output: document };
    case 'ExecutionAborted':
      return { status: 'ABORTED', error, cause };
    case 'ExecutionTimedOut':
      return { status: 'TIMED_OUT', error, cause };
    default:
      return { status: 'FAILED', error, cause };
  }
}

const historyFullCause = `The execution reached the maximum number of history events (${MAXIMUM_HISTORY_EVENTS}).`;

/** A stack overflow comes from a document that is nested too deeply, so it is an error of the execution. */
function statesErrorOf(thrown: unknown): StatesError {
  if (thrown instanceof StatesError) return thrown;
  if (thrown instanceof RangeError)
    return runtimeError(`The data is too large to be processed: ${thrown.message}`);
  throw thrown;
}

/** An Express execution that never waits has reached its maximum duration. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Only the last event still fits into the history. */
class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}
