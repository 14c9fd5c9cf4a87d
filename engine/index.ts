/**
 * Runs and tests state machines in the Amazon States Language, as AWS Step Functions does.
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
export { MAXIMUM_HISTORY_EVENTS, MAXIMUM_PAYLOAD_BYTES } from './limits.ts';
export type { Machine, QueryLanguage, State, StateType } from './machine.ts';
export { NumberAsWritten, numberOf } from './number-as-written.ts';
export {
  endOfText,
  JsonTooDeep,
  MAXIMUM_JSON_LEVELS,
  parseDocument,
  parseJson,
} from './parse-json.ts';
export { StatesError } from './states-error.ts';
export {
  type Diagnostic,
  type DiagnosticCode,
  describeRefusal,
  findJsonProblem,
  JACKSON_VALUES,
  jacksonCharacter,
  jacksonSource,
  type Severity,
  type StateValidationOptions,
  type ValidationOptions,
  validate,
  validateInTurns,
  validateState,
  validateStateInTurns,
} from './validation/index.ts';

/** The result of {@link parse}. */
export interface Parsed {
  /** The machine, ready to run; undefined if AWS would refuse the definition. */
  readonly machine: Machine | undefined;
  /** The diagnostics of AWS, in its words; warnings only, if there is a machine. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Validates a definition as AWS does when a state machine is created, and prepares a valid one to run. Each
 * state is compiled once, when it is first visited.
 */
export function parse(definition: string, options: ValidationOptions = {}): Parsed {
  const diagnostics = validate(definition, options);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'ERROR')) {
    return { machine: undefined, diagnostics };
  }
  return { machine: compileMachine(parseDocument(definition) as JsonObject), diagnostics };
}

/**
 * Prepares a definition to run that was validated before, without validating it again.
 *
 * @throws Error for some invalid definitions
 */
export function compile(definition: string): Machine {
  return compileMachine(parseDocument(definition) as JsonObject);
}

/** The identity of an execution, and options for inspecting it. */
export interface RunOptions extends ExecutionIdentity {
  /** Receives the stages of the data flow, as AWS's TestState shows them. @default no function */
  readonly inspect?: (stage: InspectionStage, value: Json) => void;
  /** The context object that fields see, for testing one state. @default the execution's own */
  readonly context?: JsonObject;
  /** The variables that are assigned at the start. @default none */
  readonly variables?: Readonly<Record<string, Json>>;
}

/**
 * Starts an execution: writes its first events and runs until the execution waits or ends. Later steps run in
 * the callbacks of the host's timers and reporters.
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
 * Resumes an execution after a crash from all its stored events, in order. Completed tasks do not run again; a
 * running task or Map Run is passed to the host again with `resumed: true`. For a completed history, only
 * `host.ended` is called.
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
 * `ExecutionRedriven`, then runs the states again that had not succeeded, with new retry counts and timeouts.
 *
 * @param options `redriveCount` is the number of this redrive
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
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
