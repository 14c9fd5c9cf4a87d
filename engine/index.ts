/**
 * The Amazon States Language as AWS runs it, for anyone who wants to run or test a state machine.
 *
 * @example Run a definition with mocked tasks and a virtual clock
 * ```ts
 * import { execute, parse } from 'stepmill-testing';
 *
 * const { machine, diagnostics } = parse(definition);
 * if (machine === undefined) throw new Error(diagnostics[0]?.message);
 * const execution = execute(machine, { amount: 12 }, {
 *   tasks: { 'Charge card': { receipt: 'r-1' } },
 * });
 * console.log(execution.status, execution.output, execution.states);
 * ```
 */
import { compileMachine } from './compile/machine.ts';
import { Execution } from './execution/execution.ts';
import { type Folded, foldHistory } from './execution/fold.ts';
import type { InspectionStage } from './flow/visit.ts';
import type { HistoryEvent } from './history/event.ts';
import type { ExecutionIdentity, Host } from './host.ts';
import type { Json, JsonObject } from './json.ts';
import type { Machine } from './machine.ts';
import { parseDocument } from './parse-json.ts';
import { type Diagnostic, type ValidationOptions, validate } from './validation/index.ts';

export { BoundedRegex, RegexLimitExceeded } from './bounded-regex.ts';
export type { Execution } from './execution/execution.ts';
export { findText } from './find-text.ts';
export type { InspectionStage } from './flow/visit.ts';
export type { EventDetails, HistoryEvent, HistoryEventType } from './history/event.ts';
export { type RenderedEvent, renderEvent } from './history/render.ts';
export type {
  EpochMs,
  ExecutionIdentity,
  ExecutionResult,
  Failure,
  Host,
  HostTimer,
  ItemBatcher,
  ItemSource,
  MapItem,
  MapRunReporter,
  MapRunRequest,
  ResultWriter,
  TaskFamily,
  TaskInvocation,
  TaskPattern,
  TaskPreparation,
  TaskReporter,
} from './host.ts';
export { formatInstant, parseInstant } from './instant.ts';
export type { Json, JsonObject } from './json.ts';
export { holdsNumberAsWritten, writeJson } from './json-numbers.ts';
export { jsonBytes } from './json-size.ts';
export { jsonText } from './json-text.ts';
export { isFunctionName } from './jsonata/library.ts';
export { maximumHistoryEvents, maximumPayloadBytes } from './limits.ts';
export type { Machine, QueryLanguage, State, StateType } from './machine.ts';
export { NumberAsWritten, numberOf } from './number-as-written.ts';
export {
  endOfText,
  JsonTooDeep,
  maximumJsonDepth,
  parseDocument,
  parseJson,
} from './parse-json.ts';
export { StatesError } from './states-error.ts';
export {
  type Diagnostic,
  type DiagnosticCode,
  describeRefusal,
  findJsonProblem,
  type Severity,
  type StateValidationOptions,
  type ValidationOptions,
  validate,
  validateInTurns,
  validateState,
} from './validation/index.ts';

/** What {@link parse} makes of a definition. */
export interface Parsed {
  /** Ready to run; undefined if AWS would refuse the definition. */
  readonly machine: Machine | undefined;
  /** Everything AWS finds, in its words. With a machine: warnings only. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Judges a definition as AWS does when a state machine is created, and makes it ready to run if AWS
 * accepts it. Each state is compiled once, when it is first visited.
 */
export function parse(definition: string, options: ValidationOptions = {}): Parsed {
  const diagnostics = validate(definition, options);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'ERROR')) {
    return { machine: undefined, diagnostics };
  }
  return { machine: compileMachine(parseDocument(definition) as JsonObject), diagnostics };
}

/**
 * Makes a definition ready to run that was accepted before, without judging it again.
 *
 * @throws Error for some that would not be accepted
 */
export function compile(definition: string): Machine {
  return compileMachine(parseDocument(definition) as JsonObject);
}

/** Who an execution is, and who looks on. */
export interface RunOptions extends ExecutionIdentity {
  /** Is shown the stages of the data flow, as AWS's TestState shows them. @default no function */
  readonly inspect?: (stage: InspectionStage, value: Json) => void;
  /** What fields see as the context object, for testing one state. @default the execution's own */
  readonly context?: JsonObject;
  /** Variables that are assigned from the beginning. @default none */
  readonly variables?: Readonly<Record<string, Json>>;
}

/**
 * Starts an execution: writes its first events and runs until everything waits or is over. What
 * happens later happens inside the host's timers and the reporters it was given.
 */
export function run(machine: Machine, input: Json, host: Host, options: RunOptions): Execution {
  const { context, inspect, variables, ...identity } = options;
  const startedAt = host.clock.now();
  const given = { inspect, context, variables };
  const execution = new Execution({ machine, host, identity, input, startedAt, ...given });
  execution.begin();
  return execution;
}

/**
 * Goes on with an execution after a crash, from all events that were kept of it, in order. Finished tasks
 * do not run again; a task or Map Run under way is handed to the host once more with `resumed: true`.
 * A history that had ended is only reported to `host.ended`.
 */
export function resume(
  machine: Machine,
  history: readonly HistoryEvent[],
  host: Host,
  options: RunOptions,
): Execution {
  const folded = foldHistory(machine, history);
  const execution = restored(machine, host, options, folded);
  execution.resume(folded);
  return execution;
}

/**
 * Redrives an execution that failed, timed out or was aborted, as `RedriveExecution` does: writes
 * `ExecutionRedriven`, then runs again what had not succeeded, with fresh retry counts and timeouts.
 *
 * @param options its `redriveCount` is the number of this redrive
 */
export function redrive(
  machine: Machine,
  history: readonly HistoryEvent[],
  host: Host,
  options: RunOptions,
): Execution {
  const folded = foldHistory(machine, history);
  const execution = restored(machine, host, options, folded);
  execution.redrive(folded, options.redriveCount ?? folded.redriveCount + 1);
  return execution;
}

function restored(machine: Machine, host: Host, options: RunOptions, folded: Folded): Execution {
  const { context, inspect, variables, ...identity } = options;
  const { details, timestamp } = folded.started;
  const input = details.document ?? null;
  const given = { inspect, context, variables };
  return new Execution({ machine, host, identity, input, startedAt: timestamp, ...given });
}

export { setOwn } from './set-own.ts';
