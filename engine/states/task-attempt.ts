import type { TaskRecord } from '../execution/record.ts';
import type { Thread } from '../execution/thread.ts';
import { type Field, unexpectedType } from '../flow/field.ts';
import type { EventDetails, HistoryEventType } from '../history/event.ts';
import type { Failure, HostTimer, TaskFamily, TaskInvocation, TaskReporter } from '../host.ts';
import type { Json } from '../json.ts';
import type { TaskState } from '../machine.ts';
import { givenError, runtimeError, StatesError } from '../states-error.ts';
import { jsonataSeconds, notANumber, notSeconds, numberIn } from './numbers.ts';

/** One attempt of a task: its events, its timers, and the host's reports. */
export class TaskAttempt implements TaskReporter {
  readonly #thread: Thread;
  readonly #state: TaskState;
  readonly #token: string;
  #open = true;
  #started = false;
  #submitted = false;
  #timeout: HostTimer | undefined;
  #heartbeat: HostTimer | undefined;
  #timeoutSeconds: number | undefined;
  #heartbeatSeconds: number | undefined;
  #abort: (() => void) | undefined;

  constructor(thread: Thread, state: TaskState, resumption: TaskRecord | undefined) {
    this.#thread = thread;
    this.#state = state;
    this.#token = resumption?.taskToken ?? thread.taskToken ?? thread.uuid();
    this.#started = resumption?.started ?? false;
    this.#submitted = resumption?.submitted ?? false;
  }

  begin(): void {
    const thread = this.#thread;
    const args = this.#state.flow.prepare(thread);
    thread.assertSize(args);
    const prepared = this.#prepare(this.#invocation(args));
    const id = thread.append(familyEvents[this.#state.resource.family].scheduled, {
      ...this.#envelope(),
      ...this.#scheduledDetails(prepared),
    });
    this.#start({ ...prepared, scheduledEventId: id }, thread.now());
  }

  /** After a crash: continues this attempt from its record in the history. */
  takeUp(resumption: TaskRecord): void {
    const thread = this.#thread;
    if (this.#state.resource.pattern === 'WAIT_FOR_TASK_TOKEN') thread.setTaskToken(this.#token);
    if (resumption.output !== undefined) return this.#finish(resumption.output.value);
    const invocation = this.#invocation(this.#state.flow.prepare(thread));
    this.#start(
      {
        ...invocation,
        scheduledEventId: resumption.scheduledEventId,
        resumed: true,
        started: resumption.started,
        submittedOutput: resumption.submittedOutput,
      },
      resumption.timedFrom,
    );
  }

  #invocation(args: Json): TaskInvocation {
    const state = this.#state;
    const { resource } = state;
    return {
      stateName: state.name,
      resource: resource.arn,
      family: resource.family,
      resourceType: resource.resourceType,
      resourceName: resource.resourceName,
      pattern: resource.pattern,
      arguments: args,
      roleArn: this.#text(state.roleArn),
      taskToken: this.#token,
      timeoutSeconds: this.#seconds(state.timeoutSeconds),
      heartbeatSeconds: this.#seconds(state.heartbeatSeconds),
      scheduledEventId: 0,
      resumed: false,
      started: false,
      submittedOutput: undefined,
    };
  }

  #prepare(invocation: TaskInvocation): TaskInvocation {
    const { executionArn } = this.#thread.execution.identity;
    if (partitionOf(invocation.resource) !== partitionOf(executionArn)) {
      throw runtimeError(
        'The resource belongs to a different partition from the running execution.',
      );
    }
    const preparation = this.#thread.execution.host.prepareTask?.(invocation);
    if (preparation === undefined) return invocation;
    if ('parameters' in preparation) return { ...invocation, arguments: preparation.parameters };
    if (preparation.error === 'States.Runtime') throw runtimeError(preparation.cause);
    throw givenError(preparation.error, preparation.cause);
  }

  #start(invocation: TaskInvocation, timedFrom: number): void {
    const thread = this.#thread;
    this.#timeoutSeconds = invocation.timeoutSeconds;
    this.#heartbeatSeconds = invocation.heartbeatSeconds;
    thread.suspend(() => this.#stop());
    if (invocation.family !== 'activity' || this.#started) this.#startClocks(timedFrom);
    const abort = thread.execution.host.startTask(invocation, this);
    if (this.#open) this.#abort = abort;
  }

  #startClocks(timedFrom: number): void {
    if (this.#timeoutSeconds !== undefined) {
      const left = timedFrom + this.#timeoutSeconds * 1000 - this.#thread.now();
      this.#timeout = this.#thread.startTimer(Math.max(0, left), () => this.#timedOut(false));
    }
    this.#restartHeartbeat();
  }

  #restartHeartbeat(): void {
    this.#heartbeat?.cancel();
    if (this.#heartbeatSeconds === undefined) return;
    this.#heartbeat = this.#thread.startTimer(this.#heartbeatSeconds * 1000, () =>
      this.#timedOut(true),
    );
  }

  #seconds(field: Field | undefined): number | undefined {
    if (field === undefined) return undefined;
    const value = field.evaluate(this.#thread, this.#thread);
    if (this.#state.queryLanguage === 'JSONata') {
      const seconds = jsonataSeconds(value);
      if (seconds !== undefined) return seconds;
      throw notSeconds(field, value);
    }
    const seconds = numberIn(value, 'JSONPath');
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds;
    throw notANumber(field, value, 'integer');
  }

  #text(field: Field | undefined): string | undefined {
    if (field === undefined) return undefined;
    const value = field.evaluate(this.#thread, this.#thread);
    if (typeof value === 'string') return value;
    if (this.#state.queryLanguage === 'JSONata') throw unexpectedType(field, 'string', value);
    throw runtimeError(`The value for the field '${field.name}' must be a STRING`);
  }

  /** The details that all events of an integration have. */
  #envelope(): EventDetails {
    const { family, resourceType, resourceName } = this.#state.resource;
    return family === 'task' ? { resourceType, resource: resourceName } : {};
  }

  #scheduledDetails(invocation: TaskInvocation): EventDetails {
    const { family } = invocation;
    return {
      document: invocation.arguments,
      timeoutSeconds: invocation.timeoutSeconds,
      heartbeatSeconds: invocation.heartbeatSeconds,
      roleArn: family === 'activity' ? undefined : invocation.roleArn,
      taskToken: this.#token,
      retries: this.#thread.retries,
      ...(family === 'task'
        ? { region: regionOf(this.#thread) }
        : { resource: invocation.resource }),
    };
  }

  /** Handles a report if the attempt is still running. */
  #report(action: () => void): boolean {
    if (!this.#open || this.#thread.closed) return false;
    this.#thread.execution.perform(this.#thread, action);
    return true;
  }

  #close(): void {
    this.#open = false;
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
    this.#thread.resume();
  }

  #stop(): void {
    this.#open = false;
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
    this.#abort?.();
  }

  #event(kind: keyof FamilyEvents, details: EventDetails): void {
    const type = familyEvents[this.#state.resource.family][kind];
    if (type !== undefined) this.#thread.append(type, { ...this.#envelope(), ...details });
  }

  /**
   * The timeouts of an activity start when a worker takes the task:
   * https://docs.aws.amazon.com/step-functions/latest/dg/troubleshooting-activities.html
   */
  #noteStarted(workerName?: string): void {
    if (this.#started) return;
    this.#started = true;
    this.#event('started', { workerName });
    if (this.#state.resource.family === 'activity') this.#startClocks(this.#thread.now());
  }

  /** A missing heartbeat is also `States.Timeout` on AWS, but Retry and Catch can distinguish it. */
  #timedOut(heartbeat: boolean): void {
    const error = 'States.Timeout';
    const abort = this.#abort;
    this.#close();
    this.#event('timedOut', { error, heartbeat });
    abort?.();
    afterOthers(this.#thread, () => {
      throw new StatesError(error, undefined, { kind: 'given', heartbeat });
    });
  }

  #fail(
    kind: 'failed' | 'scheduleFailed' | 'startFailed' | 'submitFailed',
    failure: Failure,
  ): void {
    this.#close();
    this.#event(kind, { error: failure.error, cause: failure.cause });
    throw givenError(failure.error, failure.cause);
  }

  /** Leaves the state with the result. */
  #finish(output: Json): void {
    const thread = this.#thread;
    thread.exit(this.#state.flow.finish(thread, output), this.#state.next);
  }

  started(workerName?: string): boolean {
    return this.#report(() => this.#noteStarted(workerName));
  }

  submitted(output: Json): boolean {
    return this.#report(() => {
      if (this.#submitted) return;
      this.#noteStarted();
      this.#submitted = true;
      this.#event('submitted', { document: output });
    });
  }

  succeeded(output: Json): boolean {
    return this.#report(() => {
      this.#noteStarted();
      const { arn, family, resourceType } = this.#state.resource;
      try {
        this.#thread.assertSize(output, family === 'task' ? resourceType : arn);
      } catch (thrown) {
        const { error, causeText } = thrown as { error?: string; causeText?: string };
        return this.#fail('failed', { error, cause: causeText });
      }
      this.#close();
      this.#event('succeeded', { document: output });
      this.#finish(output);
    });
  }

  failed(failure: Failure): boolean {
    return this.#report(() => {
      this.#noteStarted();
      this.#fail('failed', failure);
    });
  }

  scheduleFailed(failure: Failure): boolean {
    return this.#report(() => this.#fail('scheduleFailed', failure));
  }

  startFailed(failure: Failure): boolean {
    return this.#report(() => this.#fail('startFailed', failure));
  }

  submitFailed(failure: Failure): boolean {
    return this.#report(() => {
      this.#noteStarted();
      this.#fail('submitFailed', failure);
    });
  }

  heartbeat(): boolean {
    return this.#report(() => this.#restartHeartbeat());
  }
}

/** Tasks that time out in the same instant all write their events before any of the errors is handled. */
function afterOthers(thread: Thread, judge: () => void): void {
  if (thread.join === undefined) return judge();
  const timer = thread.startTimer(0, () => {
    thread.resume();
    judge();
  });
  thread.suspend(() => timer.cancel());
}

function regionOf(thread: Thread): string {
  const { identity } = thread.execution;
  return identity.region ?? identity.executionArn.split(':')[3] ?? '';
}

interface FamilyEvents {
  readonly scheduled: HistoryEventType;
  readonly started: HistoryEventType;
  readonly submitted: HistoryEventType | undefined;
  readonly succeeded: HistoryEventType;
  readonly failed: HistoryEventType;
  readonly timedOut: HistoryEventType;
  readonly scheduleFailed: HistoryEventType;
  readonly startFailed: HistoryEventType;
  readonly submitFailed: HistoryEventType;
}

const familyEvents: Readonly<Record<TaskFamily, FamilyEvents>> = {
  task: {
    scheduled: 'TaskScheduled',
    started: 'TaskStarted',
    submitted: 'TaskSubmitted',
    succeeded: 'TaskSucceeded',
    failed: 'TaskFailed',
    timedOut: 'TaskTimedOut',
    scheduleFailed: 'TaskFailed',
    startFailed: 'TaskStartFailed',
    submitFailed: 'TaskSubmitFailed',
  },
  lambdaFunction: {
    scheduled: 'LambdaFunctionScheduled',
    started: 'LambdaFunctionStarted',
    submitted: undefined,
    succeeded: 'LambdaFunctionSucceeded',
    failed: 'LambdaFunctionFailed',
    timedOut: 'LambdaFunctionTimedOut',
    scheduleFailed: 'LambdaFunctionScheduleFailed',
    startFailed: 'LambdaFunctionStartFailed',
    submitFailed: 'LambdaFunctionFailed',
  },
  activity: {
    scheduled: 'ActivityScheduled',
    started: 'ActivityStarted',
    submitted: undefined,
    succeeded: 'ActivitySucceeded',
    failed: 'ActivityFailed',
    timedOut: 'ActivityTimedOut',
    scheduleFailed: 'ActivityScheduleFailed',
    startFailed: 'ActivityFailed',
    submitFailed: 'ActivityFailed',
  },
};

/** `aws`, `aws-cn`, `aws-us-gov` … */
function partitionOf(arn: string): string | undefined {
  return arn.split(':', 2)[1];
}
